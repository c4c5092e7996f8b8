"""Writes the reference features of one test signal: torchaudio's Kaldi filter bank and Whisper's log-mel spectrogram.

Run with Debian's python3-torch and python3-torchaudio, in this folder:  python3 features.py
signal.s16 (16 kHz mono), fbank.f32 [frames, 80], whisper80.f32 and whisper128.f32 [mels, first 64 of 3000 frames], little-endian.
"""

import numpy as np
import torch
import torchaudio

rng = np.random.default_rng(5)
n = 9677  # no multiple of the frame shift
t = np.arange(n) / 16000
signal = 0.3 * np.sin(2 * np.pi * (200 + 3000 * t) * t) + 0.2 * np.sin(2 * np.pi * 440 * t) * (t > 0.2) + 0.01 * rng.standard_normal(n) + 0.02
signal[6000:7600] = 0  # digital silence reaches the floor
pcm = np.clip(np.round(signal * 32768), -32768, 32767).astype("<i2")
pcm.tofile("signal.s16")
wave = torch.from_numpy(pcm.astype(np.float32) / 32768)

fbank = torchaudio.compliance.kaldi.fbank(wave[None], num_mel_bins=80, snip_edges=False, dither=0, high_freq=-400, sample_frequency=16000)
fbank.numpy().astype("<f4").tofile("fbank.f32")

padded = torch.nn.functional.pad(wave, (0, 480000 - n))
spectrum = torch.stft(padded, 400, 160, window=torch.hann_window(400), return_complex=True)[:, :-1].abs() ** 2
for mels in (80, 128):
    filters = torchaudio.functional.melscale_fbanks(201, 0.0, 8000.0, mels, 16000, norm="slaney", mel_scale="slaney")
    log = torch.clamp(filters.T @ spectrum, min=1e-10).log10()
    log = (torch.maximum(log, log.max() - 8) + 4) / 4
    log[:, :64].contiguous().numpy().astype("<f4").tofile(f"whisper{mels}.f32")
print(fbank.shape, float(fbank.min()), float(fbank.max()))
