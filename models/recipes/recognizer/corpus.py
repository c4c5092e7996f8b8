"""Utterances for the recognizer: domain sentences and word salad, spoken by many espeak voices, made a little worse.

  python3 -m recognizer.corpus NAME --count 9000 --salad 0.6 --seed 11      one shard of training material
"""
import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
from scipy.signal import lfilter, resample_poly

import domain
from spoken import NUMBER_WORDS
from speech import voices
from speech.espeak import Speaker
from speech.features import fbank
from speech.text import capitalised, spoken_sentences

WORK = Path(__file__).resolve().parents[2] / "work" / "recognizer"
ALPHABET = set(" 'abcdefghijklmnopqrstuvwxyz")


def plain(text):
    """What the recognizer writes: lower-case words, no punctuation."""
    text = text.lower().replace("-", " ")
    return " ".join("".join(c for c in text if c in ALPHABET).split())


def sentence(rng, salad, words, split="train"):
    """(text for the speaker, words to recognize)."""
    draw = rng.random()
    if draw < salad:
        text = " ".join(rng.choice(NUMBER_WORDS if rng.random() < 0.2 else words) for _ in range(rng.randint(2, 7)))
    elif draw < salad + (1 - salad) * 0.7:
        text = domain.spoken_question(rng, split) + rng.choice(["", "?", "."])
    else:
        text = capitalised(spoken_sentences(domain.reply(rng, split)))
    return text, plain(text)


def degrade(rng, noise_rng, speech, quiet=False):
    """Trim and pad with silence, band-limit and tilt some, scale, add white or coloured noise (quiet: only a little noise); and where speech starts."""
    loud = np.flatnonzero(np.abs(speech) > 0.01)
    speech = speech[max(0, loud[0] - 400):loud[-1] + 800]
    if rng.random() < 0.25 and not quiet:  # as if it had come through a lower sample rate
        down = rng.choice([(1, 2), (5, 8), (11, 16), (3, 4)])
        speech = resample_poly(resample_poly(speech, *down), *down[::-1]).astype(np.float32)
    if rng.random() < 0.3 and not quiet:   # a first-order tilt of the spectrum
        speech = lfilter([1.0, rng.uniform(-0.5, 0.5)], [1.0], speech).astype(np.float32)
    front = rng.randint(800, 6400)
    samples = np.concatenate([np.zeros(front), speech, np.zeros(rng.randint(1600, 9600))]).astype(np.float32)
    samples *= 10 ** (-rng.uniform(1, 20) / 20) / np.abs(samples).max()
    noise = noise_rng.standard_normal(len(samples)).astype(np.float32)
    if rng.random() < 0.5:
        noise = lfilter([1.0], [1.0, -rng.uniform(0.3, 0.95)], noise).astype(np.float32)
    level = np.sqrt((samples ** 2).mean()) * 10 ** (-rng.uniform(40 if quiet else 8, 45) / 20)
    return samples + noise * (level / np.sqrt((noise ** 2).mean())), front


def utterance(speaker, rng, noise_rng, text, held_voice=False, quiet=False):
    voice = voices.pick(rng, held_voice)
    speech, _ = speaker.say(text, voice, rng.randint(140, 210), rng.randint(30, 75), rng.randint(20, 70))
    samples, onset = degrade(rng, noise_rng, speech, quiet)
    return samples.astype(np.float32), onset, voice


def write(path, items):
    """items: (features [T,80], onset frame, words) -> path.npy (all frames, float16) and path.json (lengths, onsets, words)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path.with_suffix(".npy"), np.concatenate([f for f, _, _ in items]))
    path.with_suffix(".json").write_text(json.dumps(
        {"frames": [len(f) for f, _, _ in items], "onsets": [o for _, o, _ in items], "words": [w for _, _, w in items]}))


def read(path):
    """A list of (features torch float16 [T,80], onset frame, words)."""
    frames, meta = torch.from_numpy(np.load(path.with_suffix(".npy"))), json.loads(path.with_suffix(".json").read_text())
    return list(zip(frames.split(meta["frames"]), meta["onsets"], meta["words"]))


def make(count, seed, salad, speaker=None):
    rng, noise_rng, speaker = random.Random(seed), np.random.default_rng(seed), speaker or Speaker()
    words, items = sorted(domain.vocabulary()), []
    while len(items) < count:
        if rng.random() < 0.01:  # nothing but noise: must be heard as nothing
            noise = noise_rng.standard_normal(rng.randint(8000, 48000)).astype(np.float32) * 10 ** rng.uniform(-4, -1)
            items.append((fbank(noise).half().numpy(), 0, ""))
            continue
        text, target = sentence(rng, salad, words)
        samples, onset, _ = utterance(speaker, rng, noise_rng, text)
        if len(samples) < 16000 * 9:
            items.append((fbank(samples).half().numpy(), onset // 160, target))
    return items


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--count", type=int, default=9000)
    parser.add_argument("--salad", type=float, default=0.6)
    parser.add_argument("--seed", type=int, default=11)
    a = parser.parse_args()
    torch.set_num_threads(1)
    start = time.time()
    items = make(a.count, a.seed, a.salad)
    write(WORK / a.name, items)
    print(f"{a.name}: {len(items)} utterances, {sum(len(f) for f, _, _ in items) / 360000:.2f} h, "
          f"{len({w for _, _, t in items for w in t.split()})} words, {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
