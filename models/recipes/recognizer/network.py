"""Convolutions that only look back, two uni-directional GRUs with state in and out, characters as CTC labels."""
import torch
from torch import nn

from speech.features import MELS

LABELS = "_ 'abcdefghijklmnopqrstuvwxyz"  # 0 is the CTC blank
INDEX = {c: i for i, c in enumerate(LABELS)}
STRIDE = 3         # input frames per output
RECEPTIVE = 11     # output t sees input frames 3t .. 3t+10


class Recognizer(nn.Module):
    """x [N,T,80] (8 frames of left context first), state [2,N,H] -> log_probs [N,T',29], new_state [2,N,H].

    T' = (T - 8) // 3. Fed in chunks that overlap by 8 frames, with the state handed on, it gives the same as fed whole.
    """

    def __init__(self, hidden=256, conv1=128, conv2=192, dropout=0.1):
        super().__init__()
        self.hidden = hidden
        self.conv1 = nn.Conv1d(MELS, conv1, 5, stride=STRIDE)
        self.norm1 = nn.LayerNorm(conv1)
        self.conv2 = nn.Conv1d(conv1, conv2, 3)
        self.norm2 = nn.LayerNorm(conv2)
        self.gru = nn.GRU(conv2, hidden, 2, batch_first=True, dropout=dropout)
        self.output = nn.Linear(hidden, len(LABELS))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, state=None):
        x = (x + 9.0) / 4.0
        x = self.norm1(torch.relu(self.conv1(x.transpose(1, 2))).transpose(1, 2))
        x = self.norm2(torch.relu(self.conv2(x.transpose(1, 2))).transpose(1, 2))
        y, state = self.gru(self.dropout(x), state)
        return self.output(self.dropout(y)).log_softmax(-1), state


def greedy(log_probs):
    """[T',29] -> text: best label per output, repeats and blanks removed."""
    text, previous = [], 0
    for k in log_probs.argmax(-1).tolist():
        if k != previous and k:
            text.append(LABELS[k])
        previous = k
    return " ".join("".join(text).split())


def edit_distance(a, b):
    """Levenshtein distance of two sequences."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]
