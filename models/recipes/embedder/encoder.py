"""MiniLM-layout BERT encoder, and sentence embeddings by mean pooling over real tokens and L2 normalisation."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from embedder.wordpiece import LONGEST


class Layer(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.inner, self.outer = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.dropout = nn.Dropout(.1)

    def forward(self, x, mask):
        batch, length, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-1, -2)) / math.sqrt(width // self.heads) + mask
        x = self.norm1(x + self.dropout(self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width))))
        return self.norm2(x + self.dropout(self.outer(F.gelu(self.inner(x)))))


class Encoder(nn.Module):
    def __init__(self, vocab, width=128, layers=2, heads=4):
        super().__init__()
        self.shape = dict(vocab=vocab, width=width, layers=layers, heads=heads)
        self.words, self.positions, self.types = nn.Embedding(vocab, width), nn.Embedding(LONGEST, width), nn.Embedding(2, width)
        for table, scale in ((self.words, .1), (self.positions, .02), (self.types, .02)):
            nn.init.normal_(table.weight, std=scale)
        self.norm, self.dropout = nn.LayerNorm(width), nn.Dropout(.1)
        self.layers = nn.ModuleList(Layer(width, heads) for _ in range(layers))

    def forward(self, input_ids, attention_mask, token_type_ids):
        places = torch.arange(input_ids.shape[1])
        x = self.dropout(self.norm(self.words(input_ids) + self.positions(places)[None] + self.types(token_type_ids)))
        mask = (1 - attention_mask[:, None, None].float()) * -1e9
        for layer in self.layers:
            x = layer(x, mask)
        return x


def padded(encoded):
    length = max(map(len, encoded))
    ids, mask = torch.zeros(len(encoded), length, dtype=torch.long), torch.zeros(len(encoded), length, dtype=torch.long)
    for row, tokens in enumerate(encoded):
        ids[row, :len(tokens)] = torch.tensor(tokens)
        mask[row, :len(tokens)] = 1
    return ids, mask


def embed(model, tokenizer, texts):
    ids, mask = padded([tokenizer.encode(t) for t in texts])
    hidden, weight = model(ids, mask, torch.zeros_like(ids)), mask[..., None].float()
    return F.normalize((hidden * weight).sum(1) / weight.sum(1), dim=-1)
