"""Muon (K. Jordan and others, 2024): momentum whose matrices are orthogonalised by a Newton-Schulz iteration. Reaches a
given loss in far fewer steps than Adam here; embeddings and norms stay with AdamW."""

import torch


def orthogonalised(g, steps=5):
    """An approximation of U V^T for g = U S V^T."""
    a, b, c = 3.4445, -4.7750, 2.0315
    wide = g.shape[0] <= g.shape[1]
    x = g if wide else g.T
    x = (x / (x.norm() + 1e-7)).bfloat16()
    for _ in range(steps):
        y = x @ x.T
        x = a * x + (b * y + c * (y @ y)) @ x
    return (x if wide else x.T).float()


class Muon(torch.optim.Optimizer):
    def __init__(self, parameters, lr=.02, momentum=.95, decay=.1):
        super().__init__(parameters, dict(lr=lr, momentum=momentum, decay=decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["moment"] = torch.zeros_like(p)
                moment = state["moment"].mul_(group["momentum"]).add_(p.grad)
                update = orthogonalised(p.grad + group["momentum"] * moment)
                p.mul_(1 - group["lr"] * group["decay"])
                p.add_(update, alpha=-group["lr"] * max(1, p.shape[0] / p.shape[1]) ** .5)
