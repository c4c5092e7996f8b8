"""Phoneme ids to waveform in one graph: durations, pitch and two spectral envelopes (after FastSpeech 2, Ren et al. 2020), spoken by
harmonics plus filtered noise (after DDSP, Engel et al. 2020)."""
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SAMPLE_RATE, HOP, BANDS, HARMONICS, FFT, MELS = 16000, 160, 64, 40, 512, 80
NOISE_FRAMES = 127  # the built-in noise repeats after this many frames (1.27 s)


class Block(nn.Module):
    def __init__(self, width, kernel, dropout=0.1):
        super().__init__()
        self.conv = nn.Conv1d(width, width, kernel, padding=kernel // 2)
        self.norm, self.linear, self.dropout = nn.LayerNorm(width), nn.Linear(width, width), nn.Dropout(dropout)

    def forward(self, x, mask):
        y = torch.relu(self.conv((x * mask).transpose(1, 2)).transpose(1, 2))
        return self.norm(x + self.dropout(self.linear(y)))


def mel(hz):
    return 2595 / math.log(10) * np.log(1 + hz / 700)


class Voice(nn.Module):
    def __init__(self, symbols, width=128):
        super().__init__()
        self.embedding = nn.Embedding(symbols, width)
        self.encoder = nn.ModuleList(Block(width, 7) for _ in range(4))
        self.timing = nn.ModuleList(Block(width, 3) for _ in range(2))
        self.duration = nn.Linear(width, 1)
        self.position = nn.Linear(3, width)
        self.decoder = nn.ModuleList(Block(width, 5) for _ in range(5))
        self.output = nn.Linear(width, 2 + 2 * BANDS + MELS)
        self.output.bias.data[2:2 + 2 * BANDS] = -5.0
        self.top = float(mel(SAMPLE_RATE / 2))
        bins = np.linspace(0, SAMPLE_RATE / 2, FFT // 2 + 1)
        at = mel(bins) / self.top * (BANDS - 1)
        low = np.minimum(at.astype(int), BANDS - 2)
        spread = np.zeros((BANDS, len(bins)), np.float32)
        spread[low, np.arange(len(bins))] = 1 - (at - low)
        spread[low + 1, np.arange(len(bins))] += at - low
        k, n = np.arange(FFT // 2 + 1)[:, None], np.arange(FFT)[None]
        scale = np.where((k == 0) | (k == FFT // 2), 1, 2) / FFT * np.hanning(FFT + 1)[:FFT]
        inverse = np.concatenate([scale * np.cos(2 * np.pi * k * n / FFT), -scale * np.sin(2 * np.pi * k * n / FFT)])[:, None]
        noise = np.random.default_rng(20).standard_normal((NOISE_FRAMES, 2 * len(bins)))
        self.register_buffer("spread", torch.tensor(spread))
        self.register_buffer("inverse", torch.tensor(inverse.astype(np.float32)))  # inverse DFT, window and overlap-add in one
        self.register_buffer("noise", torch.tensor(noise.astype(np.float32)))
        self.register_buffer("harmonics", torch.arange(1, HARMONICS + 1).float())

    def encode(self, ids, mask):
        """ids [B,T], mask [B,T,1] -> encodings [B,T,d], log(1 + frames) [B,T]."""
        x = self.embedding(ids)
        for block in self.encoder:
            x = block(x, mask)
        y = x
        for block in self.timing:
            y = block(y, mask)
        return x * mask, self.duration(y)[..., 0]

    def expand(self, x, frames):
        """Repeat each encoding for its number of frames -> [B,F,d] and which frames are real [B,F,1]."""
        ends = frames.cumsum(1)
        t = torch.arange(ends[:, -1].max())[None]
        index = (t[:, :, None] >= ends[:, None, :]).long().sum(-1).clamp(max=x.shape[1] - 1)
        start, length = torch.gather(ends - frames, 1, index), torch.gather(frames, 1, index).clamp(min=1).float()
        done = (t - start).float() / length
        spread = torch.gather(x, 1, index[:, :, None].expand(-1, -1, x.shape[2]))
        return spread + self.position(torch.stack([done, 1 - done, length / 20], -1)), (t < ends[:, -1:]).float()[..., None]

    def decode(self, x, valid):
        """-> log f0, voicing logit [B,F], harmonic and noise log envelopes [B,F,64], log mel [B,F,80]."""
        for block in self.decoder:
            x = block(x, valid)
        o = self.output(x)
        return o[..., 0] * 0.2 + 5.3, o[..., 1], o[..., 2:2 + BANDS], o[..., 2 + BANDS:2 + 2 * BANDS], o[..., 2 + 2 * BANDS:]

    def vocode(self, f0, voicing, harmonic, breath, noise):
        """f0 [B,F] Hz, voicing [B,F] 0..1, log envelopes [B,F,64], noise [B,F,2*(FFT/2+1)] -> samples [B,F*HOP]."""
        smooth = lambda z: F.interpolate(z, scale_factor=float(HOP), mode="linear", align_corners=False)
        # float32 would lose the phase within seconds
        phase = torch.cumsum(smooth(f0[:, None])[:, 0].double(), 1) / SAMPLE_RATE
        phase = (phase - torch.floor(phase)).float() * (2 * math.pi)
        hz = f0[:, :, None] * self.harmonics
        at = 2595 / math.log(10) / self.top * torch.log(1 + hz.clamp(max=7999.0) / 700) * (BANDS - 1)
        low = at.floor().clamp(max=BANDS - 2)
        part, low = at - low, low.long()
        level = torch.exp(torch.gather(harmonic, 2, low) * (1 - part) + torch.gather(harmonic, 2, low + 1) * part)
        level = level * (hz < 7600).float() * voicing[:, :, None]
        voiced = (smooth(level.transpose(1, 2)) * torch.sin(phase[:, None] * self.harmonics[:, None])).sum(1)
        magnitude = torch.exp(breath) @ self.spread * 8
        spectrum = (noise * torch.cat([magnitude, magnitude], -1)).transpose(1, 2)
        unvoiced = F.conv_transpose1d(spectrum, self.inverse, stride=HOP)[:, 0]
        skip = (FFT - HOP) // 2
        return voiced + unvoiced[:, skip:skip + f0.shape[1] * HOP]


class PiperGraph(nn.Module):
    """Piper's inputs and output around the voice, one utterance at a time. Pads (id 0) are dropped inside: their duration is zero.

    scales: [0] how much fresh noise is mixed with the built-in noise (0: always the same samples), [1] length, [2] unused."""

    def __init__(self, voice):
        super().__init__()
        self.voice = voice

    def forward(self, input, input_lengths, scales):
        v = self.voice
        real = input[0] * (torch.arange(input.shape[1]) < input_lengths[0]).long()
        ids = real[torch.nonzero(real)[:, 0]][None]
        x, log_frames = v.encode(ids, torch.ones_like(ids).float()[..., None])
        frames = ((torch.exp(log_frames) - 1) * scales[1]).round().clamp(min=0).long()
        frames = frames + (frames.sum() == 0).long()  # nothing to say is a few frames of silence, not an empty tensor
        x, valid = v.expand(x, frames)
        log_f0, voicing, harmonic, breath, _ = v.decode(x, valid)
        fixed = v.noise[torch.arange(breath.shape[1]) % NOISE_FRAMES][None]
        noise = (fixed + scales[0] * torch.randn_like(fixed)) / torch.sqrt(1 + scales[0] * scales[0])
        return v.vocode(log_f0.exp(), torch.sigmoid(voicing * 3), harmonic, breath, noise)[:, None, None]
