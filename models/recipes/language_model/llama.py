"""Llama-layout decoder: RMSNorm, rotary positions (half rotation), grouped-query attention, SwiGLU, tied embeddings."""

import math

import torch
import torch.nn.functional as F
from torch import nn

ROTARY_BASE = 1e6  # slow rotations leave more of each head to match content far back, which copying a fact needs


class RmsNorm(nn.Module):
    def __init__(self, width, epsilon=1e-5):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(width)), epsilon

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.epsilon))


def _rotate(x):
    half = x.shape[-1] // 2
    return torch.cat([-x[..., half:], x[..., :half]], -1)


class Attention(nn.Module):
    def __init__(self, width, heads, kv_heads, head_size):
        super().__init__()
        self.heads, self.kv_heads, self.head_size = heads, kv_heads, head_size
        self.q = nn.Linear(width, heads * head_size, bias=False)
        self.k = nn.Linear(width, kv_heads * head_size, bias=False)
        self.v = nn.Linear(width, kv_heads * head_size, bias=False)
        self.o = nn.Linear(heads * head_size, width, bias=False)

    def forward(self, x, cos, sin, mask):
        batch, length, _ = x.shape
        split = lambda y, heads: y.view(batch, length, heads, self.head_size).transpose(1, 2)
        q, k, v = split(self.q(x), self.heads), split(self.k(x), self.kv_heads), split(self.v(x), self.kv_heads)
        q, k = q * cos + _rotate(q) * sin, k * cos + _rotate(k) * sin
        repeat = self.heads // self.kv_heads
        k, v = k.repeat_interleave(repeat, 1), v.repeat_interleave(repeat, 1)
        scores = (q @ k.transpose(2, 3)) / math.sqrt(self.head_size) + mask
        return self.o((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, -1))


class Block(nn.Module):
    def __init__(self, width, heads, kv_heads, head_size, inner):
        super().__init__()
        self.dropout = nn.Dropout(0)  # set by the training; it has no weights
        self.norm1, self.norm2 = RmsNorm(width), RmsNorm(width)
        self.attention = Attention(width, heads, kv_heads, head_size)
        self.gate = nn.Linear(width, inner, bias=False)
        self.up = nn.Linear(width, inner, bias=False)
        self.down = nn.Linear(inner, width, bias=False)

    def forward(self, x, cos, sin, mask):
        x = x + self.dropout(self.attention(self.norm1(x), cos, sin, mask))
        y = self.norm2(x)
        return x + self.down(self.dropout(F.silu(self.gate(y)) * self.up(y)))


class Llama(nn.Module):
    def __init__(self, vocab, width=128, layers=4, heads=4, kv_heads=2, inner=352):
        super().__init__()
        self.shape = dict(vocab=vocab, width=width, layers=layers, heads=heads, kv_heads=kv_heads, inner=inner)
        head_size = width // heads
        self.embedding = nn.Embedding(vocab, width)
        self.blocks = nn.ModuleList(Block(width, heads, kv_heads, head_size, inner) for _ in range(layers))
        self.norm = RmsNorm(width)
        self.register_buffer("frequencies", 1.0 / (ROTARY_BASE ** (torch.arange(0, head_size, 2).float() / head_size)), persistent=False)
        self._start(head_size)

    @torch.no_grad()
    def _start(self, size):
        """Embeddings start large against what the blocks add: with a tied embedding of the usual 0.02 Muon lets the blocks grow
        until a token's identity is lost among them, and then no fact can be copied. The small last norm evens the logits out."""
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                quiet = .1 if name.endswith(("attention.o.weight", "down.weight")) else .7
                nn.init.normal_(parameter, std=2.4 if name.startswith("embedding") else quiet / math.sqrt(parameter.shape[1]))
        self.norm.weight.fill_(.05)
        self._look_back(size)

    def _look_back(self, size, strength=6.0):
        """Starts one head of the first layer for each key head that looks one, two, ... tokens back, so that copying (find the
        label, continue as it continued) has its first half from the start. All embeddings share one constant direction; the
        head's queries and keys read only it, turned against each other by the rotation of that many positions."""
        self.embedding.weight[:, 0] = 10.6
        constant = 4.1  # what the norm before the first layer makes of it
        attention = self.blocks[0].attention
        group = attention.heads // attention.kv_heads
        for back in range(attention.kv_heads):
            query, key = attention.q.weight[back * group * size:][:size], attention.k.weight[back * size:][:size]
            query.mul_(.1)
            key.mul_(.1)
            query[:, 0], key[:, 0] = 0, 0
            for pair in range(3):
                angle = (back + 1) * self.frequencies[pair]
                query[pair, 0] = strength / constant
                key[pair, 0], key[pair + size // 2, 0] = torch.cos(angle) * strength / constant, torch.sin(angle) * strength / constant

    def hidden(self, ids):
        """[batch, length] right-padded ids to the last normalised hidden states: padding comes after every real
        token, so the causal mask alone keeps it out."""
        length = ids.shape[1]
        angle = torch.arange(length)[:, None].float() * self.frequencies
        angle = torch.cat([angle, angle], -1)
        mask = torch.full((length, length), -1e9).triu(1)
        x = self.embedding(ids)
        for block in self.blocks:
            x = block(x, angle.cos(), angle.sin(), mask)
        return self.norm(x)

    def logits(self, hidden):
        return hidden @ self.embedding.weight.t()

    def forward(self, ids):
        return self.logits(self.hidden(ids))
