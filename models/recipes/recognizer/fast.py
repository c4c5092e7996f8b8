"""The recognizer's forward pass for training on a CPU: the same mathematics with bfloat16 products (float32 sums and states), and the
recurrent weights' gradient as one large product instead of one small one per step. Where the processor has avx512_bf16 a training step
takes less than half the time. Used in training only: evaluation and export run `Recognizer.forward` in float32."""
import torch
import torch.nn.functional as F


def _linear(x, weight, bias):
    return F.linear(x.bfloat16(), weight.bfloat16()).float() + bias


class _Recurrence(torch.autograd.Function):
    """gates [T,B,3H] (the input's part), weight [3H,H], bias [3H] -> hidden states [T,B,H] of a GRU from a zero state."""

    @staticmethod
    def forward(ctx, gates, weight, bias):
        steps, rows, size = gates.shape[0], gates.shape[1], weight.shape[1]
        turned = weight.t().contiguous().bfloat16()
        hidden = gates.new_zeros(steps + 1, rows, size)
        reset_update = torch.empty(steps, rows, 2 * size)
        candidate, inner = torch.empty(steps, rows, size), torch.empty(steps, rows, size)
        for t in range(steps):
            recurrent = (hidden[t].bfloat16() @ turned).float().add_(bias)
            rz = torch.add(gates[t, :, :2 * size], recurrent[:, :2 * size], out=reset_update[t]).sigmoid_()
            inner[t] = recurrent[:, 2 * size:]
            n = torch.addcmul(gates[t, :, 2 * size:], rz[:, :size], inner[t], out=candidate[t]).tanh_()
            torch.lerp(n, hidden[t], rz[:, size:], out=hidden[t + 1])
        ctx.save_for_backward(weight, hidden, reset_update, candidate, inner)
        return hidden[1:]

    @staticmethod
    def backward(ctx, grad):
        weight, hidden, reset_update, n, inner = ctx.saved_tensors
        steps, rows, size = n.shape
        r, z = reset_update[..., :size], reset_update[..., size:]
        to_n = (1 - z) * (1 - n * n)
        to_z = (hidden[:-1] - n) * z * (1 - z)
        to_r = inner * r * (1 - r)
        recurrent = torch.empty(steps, rows, 3 * size)
        to_candidate = torch.empty(steps, rows, size)
        back, flow = weight.bfloat16(), torch.zeros(rows, size)
        for t in range(steps - 1, -1, -1):
            flow = flow + grad[t]
            dn = torch.mul(flow, to_n[t], out=to_candidate[t])
            torch.mul(dn, to_r[t], out=recurrent[t, :, :size])
            torch.mul(flow, to_z[t], out=recurrent[t, :, size:2 * size])
            torch.mul(dn, r[t], out=recurrent[t, :, 2 * size:])
            flow = (recurrent[t].bfloat16() @ back).float().addcmul_(flow, z[t])
        flat = recurrent.view(-1, 3 * size)
        gates = torch.cat([recurrent[..., :2 * size], to_candidate], -1)
        product = flat.t().bfloat16() @ hidden[:-1].reshape(-1, size).bfloat16()
        return gates, product.float(), flat.sum(0)


def gru(module, x):
    """The output of a batch-first, uni-directional nn.GRU on x [B,T,C] from a zero state, differentiable."""
    y = x.transpose(0, 1)
    for layer in range(module.num_layers):
        weights = [getattr(module, f"{kind}_{part}_l{layer}") for kind in ("weight", "bias") for part in ("ih", "hh")]
        y = _Recurrence.apply(_linear(y, weights[0], weights[2]), weights[1], weights[3])
        if layer + 1 < module.num_layers:
            y = F.dropout(y, module.dropout, module.training)
    return y.transpose(0, 1)


def _convolution(conv, x):
    """nn.Conv1d on x [B,T,C] as one product -> [B,T',C']."""
    windows = x.unfold(1, conv.kernel_size[0], conv.stride[0])
    return _linear(windows.reshape(*windows.shape[:2], -1), conv.weight.reshape(conv.out_channels, -1), conv.bias)


def log_probs(model, x):
    """`Recognizer.forward(x)[0]`."""
    x = model.norm1(torch.relu(_convolution(model.conv1, (x + 9.0) / 4.0)))
    x = model.norm2(torch.relu(_convolution(model.conv2, x)))
    return model.output(model.dropout(gru(model.gru, model.dropout(x)))).log_softmax(-1)
