"""Sentences of the domain spoken by one espeak-ng voice, with the lexicon's phonemes laid over them and the pitch measured.

  python3 -m voice.corpus --count 2600 --seed 3
"""
import argparse
import pickle
import random
import re
import time
from pathlib import Path

import numpy as np

import domain
from speech.espeak import Speaker
from speech.text import capitalised, spoken_sentences
from voice.alignment import align, sounds_of
from voice.lexicon import load, phonemes
from voice.network import HOP, SAMPLE_RATE
from voice.symbols import END, PUNCTUATION, SILENT, SPACE, START

WORK = Path(__file__).resolve().parents[2] / "work" / "voice"
VOICE, RATE = "en-us+f3", 165
LONGEST_EDGE = 0.06  # seconds of silence kept at either end


def sentence(rng, words, split="train"):
    draw = rng.random()
    if draw < 0.65:
        text = spoken_sentences(domain.reply(rng, split))
        pieces = re.split(r"(?<=[.?!])\s+", text)
        return text if draw < 0.3 else rng.choice(pieces)
    if draw < 0.88:
        return domain.spoken_question(rng, split) + rng.choice("?.")
    return " ".join(rng.choice(words) for _ in range(rng.randint(3, 8))) + "."


def pitch(samples, frames):
    """Autocorrelation pitch, 80 to 420 Hz, 0 where unvoiced."""
    width, out = 800, np.zeros(frames, np.float32)
    padded = np.pad(samples, (width // 2, width + HOP))
    windows = np.stack([padded[i * HOP:i * HOP + width] for i in range(frames)])
    windows = windows - windows.mean(1, keepdims=True)
    power = np.abs(np.fft.rfft(windows, 2048)) ** 2
    correlation = np.fft.irfft(power)[:, :width]
    energy = correlation[:, :1] + 1e-6
    normal = correlation / energy / np.maximum(1 - np.arange(width) / width, 0.1)
    low, high = SAMPLE_RATE // 420, SAMPLE_RATE // 80
    part = normal[:, low:high]
    for i, best in enumerate(part.argmax(1)):
        near = np.flatnonzero(part[i] > 0.92 * part[i, best])  # the shortest lag that is nearly as good: no octave errors
        j = near[0] if len(near) else best
        while j + 1 < part.shape[1] and part[i, j + 1] > part[i, j]:
            j += 1
        if part[i, j] > 0.55 and energy[i, 0] > 1e-2:
            out[i] = SAMPLE_RATE / (j + low)
    return out


def spread(symbols, events, end):
    """Seconds for every symbol of `symbols`; events: [(seconds, espeak phoneme)]."""
    starts = [t for t, _ in events] + [end]
    theirs = sounds_of([(p, max(0.0, b - a)) for (_, p), a, b in zip(events, starts, starts[1:])])
    where = [i for i, s in enumerate(symbols) if s not in SILENT]
    cost, pairs = align([symbols[i] for i in where], [s for s, _ in theirs])
    seconds, last = [0.0] * len(symbols), 0
    seconds[0] += starts[0]
    for position, (i, j) in enumerate(pairs):
        if i is not None:
            last = where[i]
        if j is None:  # a sound that espeak-ng left out: half of the one before
            before = max((k for k in where[:i] if seconds[k] > 0), default=None)
            if before is not None:
                seconds[before] /= 2
                seconds[last] += seconds[before]
        elif i is None and theirs[j][0] == "_":
            following = last + 1
            while following < len(symbols) and symbols[following] in SILENT and symbols[following] not in PUNCTUATION + SPACE + END:
                following += 1
            silent = last if following == len(symbols) or symbols[following] not in SILENT else following
            seconds[silent if last else 0] += theirs[j][1]
        else:
            seconds[last] += theirs[j][1]
    return seconds, cost / max(1, len(where))


def utterance(speaker, text, words):
    """symbols, frames of each, samples, f0 per frame; or None where espeak-ng says something quite different."""
    symbols = START + phonemes(text, words) + END
    samples, events = speaker.say(capitalised(text), VOICE, RATE, 50, 50)
    events = [(s / SAMPLE_RATE, p) for s, p in events if p is not None]
    loud = np.flatnonzero(np.abs(samples) > 0.005)
    first = max(0.0, loud[0] / SAMPLE_RATE - LONGEST_EDGE)
    end = min(len(samples) / SAMPLE_RATE, loud[-1] / SAMPLE_RATE + LONGEST_EDGE)
    events = [(max(0.0, min(t, end) - first), p) for t, p in events]
    seconds, cost = spread(symbols, events, end - first)
    if cost > 0.3:
        return None
    samples = samples[int(first * SAMPLE_RATE):int(end * SAMPLE_RATE)]
    borders = np.round(np.concatenate([[0], np.cumsum(seconds)]) * SAMPLE_RATE / HOP).astype(int)
    count = borders[-1]
    samples = np.pad(samples, (0, max(0, count * HOP - len(samples))))[:count * HOP]
    return {"text": text, "symbols": symbols, "frames": np.diff(borders).tolist(), "samples": samples.astype(np.float16),
            "f0": pitch(samples, count), "count": int(count)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2600)
    parser.add_argument("--seed", type=int, default=3)
    a = parser.parse_args()
    start, rng, words, speaker = time.time(), random.Random(a.seed), load(), Speaker()
    extra = sorted(words) + [w for w in words if w not in set(domain.vocabulary())]
    items, seen, refused = [], set(), []
    while len(items) < a.count:
        text = sentence(rng, extra)
        if text in seen or len(text.split()) > 24:
            continue
        seen.add(text)
        item = utterance(speaker, text, words)
        (items if item else refused).append(item or text)
    WORK.mkdir(parents=True, exist_ok=True)
    with open(WORK / "corpus.pkl", "wb") as file:
        pickle.dump(items, file)
    print(f"{len(items)} sentences, {sum(x['count'] for x in items) / 6000:.1f} minutes, {time.time() - start:.0f} s; "
          f"{len(refused)} refused: {refused[:5]}")


if __name__ == "__main__":
    main()
