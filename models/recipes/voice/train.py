"""Train the voice.

  python3 -m voice.train --steps 1800 [--resume]

Losses: durations, pitch and voicing against the measured ones, log-mel L1, and a multi-resolution spectral distance between the vocoder's
samples and the real ones on short crops, with the real pitch given.
"""
import argparse
import pickle
import random
import time

import numpy as np
import torch
import torch.nn.functional as F

from voice.corpus import WORK
from voice.network import FFT, HOP, SAMPLE_RATE, Voice, mel
from voice.symbols import ID_MAP

HALF = True  # bfloat16 products
CROP = 48  # frames that go through the vocoder per step


def mel_filters(bands, fft):
    hz = np.linspace(0, SAMPLE_RATE / 2, fft // 2 + 1)
    centres = 700 * (10 ** (np.linspace(0, mel(SAMPLE_RATE / 2), bands + 2) / 2595) - 1)
    rise = (hz[None] - centres[:-2, None]) / (centres[1:-1] - centres[:-2])[:, None]
    fall = (centres[2:, None] - hz[None]) / (centres[2:] - centres[1:-1])[:, None]
    return torch.tensor(np.maximum(0, np.minimum(rise, fall)).astype(np.float32))


FILTERS = {n: mel_filters(64 if n > 512 else 40, n) for n in (1024, 512, 256)}
MEL80 = mel_filters(80, 1024)


def log_mel(samples):
    padded = F.pad(samples[:, None], (512, 512), mode="reflect")[:, 0]
    spectrum = torch.stft(padded, 1024, HOP, 640, torch.hann_window(640), center=False, return_complex=True).abs()
    return torch.log(MEL80 @ spectrum + 1e-4).transpose(1, 2)


def spectral_distance(a, b):
    total = 0.0
    for n, filters in FILTERS.items():
        window = torch.hann_window(n)
        x = torch.stft(a, n, n // 4, n, window, return_complex=True).abs()
        y = torch.stft(b, n, n // 4, n, window, return_complex=True).abs()
        total = total + (torch.log(x + 1e-2) - torch.log(y + 1e-2)).abs().mean() + 0.05 * (filters @ (x - y)).abs().mean() \
            + (torch.log(filters @ x + 1e-2) - torch.log(filters @ y + 1e-2)).abs().mean()
    return total


def collate(items):
    longest, frames = max(len(x["symbols"]) for x in items), max(x["count"] for x in items)
    ids, lengths = torch.zeros(len(items), longest, dtype=torch.long), torch.zeros(len(items), longest, dtype=torch.long)
    f0, samples = torch.zeros(len(items), frames), torch.zeros(len(items), frames * HOP)
    for i, x in enumerate(items):
        n = len(x["symbols"])
        ids[i, :n] = torch.tensor([ID_MAP[s][0] for s in x["symbols"]])
        lengths[i, :n] = torch.tensor(x["frames"])
        f0[i, :x["count"]] = torch.from_numpy(x["f0"])
        samples[i, :len(x["samples"])] = torch.from_numpy(x["samples"].astype(np.float32))
    return ids, lengths, f0, samples


def losses(model, items, rng):
    ids, lengths, f0, samples = collate(items)
    mask = (ids > 0).float()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALF):  # the convolutions; the losses and the vocoder stay in float32
        x, log_frames = model.encode(ids, mask[..., None])
        y, valid = model.expand(x, lengths)
        log_f0, voicing, harmonic, breath, log_mels = (o.float() for o in model.decode(y, valid))
    log_frames = log_frames.float()
    voiced, real = (f0 > 0).float(), valid[..., 0]
    duration = (((log_frames - torch.log1p(lengths.float())) ** 2) * mask).sum() / mask.sum()
    pitch = (((log_f0 - torch.log(f0.clamp(min=60))) ** 2) * voiced).sum() / voiced.sum()
    voicing_loss = (F.binary_cross_entropy_with_logits(voicing, voiced, reduction="none") * real).sum() / real.sum()
    target = log_mel(samples)[:, :log_mels.shape[1]]
    mels = ((log_mels[:, :target.shape[1]] - target).abs() * valid[:, :target.shape[1]]).mean()
    at = rng.randint(0, max(0, min(x["count"] for x in items) - CROP))
    crop = slice(at, at + CROP)
    hz = torch.where(f0 > 0, f0, log_f0.detach().exp())[:, crop]
    noise = torch.randn(len(items), hz.shape[1], 2 * (FFT // 2 + 1))
    spoken = model.vocode(hz, voiced[:, crop], harmonic[:, crop], breath[:, crop], noise)
    truth = samples[:, at * HOP:at * HOP + spoken.shape[1]]
    return duration, pitch, voicing_loss, mels, spectral_distance(spoken[:, :truth.shape[1]], truth)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=1800)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--resume", action="store_true")
    a = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng, path, step, minutes = random.Random(0), WORK / "voice.pt", 0, 0.0
    with open(WORK / "corpus.pkl", "rb") as file:
        items = sorted(pickle.load(file), key=lambda x: x["count"])
    groups = [items[i:i + a.batch] for i in range(0, len(items) - a.batch + 1, a.batch)]
    model = Voice(len(ID_MAP))
    optimiser = torch.optim.AdamW(model.parameters(), lr=a.rate, betas=(0.9, 0.98))
    if a.resume:
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        step, minutes = saved["step"], saved["minutes"]
        rng.seed(step)
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.3f} M parameters, {len(items)} sentences", flush=True)
    start = time.time()

    def save():
        torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step,
                    "minutes": minutes + (time.time() - start) / 60}, path)

    while step < a.steps:
        done = step / a.steps
        for group in optimiser.param_groups:
            group["lr"] = a.rate * min(1, (step + 1) / 100) * (1 if done < 0.5 else max(0.03, 2 - 2 * done))
        duration, pitch, voicing, mels, wave = losses(model, rng.choice(groups), rng)
        optimiser.zero_grad()
        (duration + 20 * pitch + voicing + mels + wave).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        if step % 50 == 0:
            print(f"{step} {time.time() - start:.0f}s duration {duration:.4f} pitch {pitch:.4f} voicing {voicing:.3f} mel {mels:.3f} "
                  f"wave {wave:.3f}", flush=True)
        if step % 200 == 0:
            save()
    save()


if __name__ == "__main__":
    main()
