"""Choose the beam's weights on the development set: one after the other, twice, each at its best value.

  python3 -m recognizer.tune [--count 200]
"""
import argparse

import torch

from recognizer.beam import Beam, Bigrams
from recognizer.corpus import WORK, read
from recognizer.evaluate import Score, outputs
from recognizer.export import load
from recognizer.language import bigrams

CHOICES = {"alpha": [0.6, 0.8, 1.0], "beta": [1.0, 1.5, 2.0],
           "weights": [(0.8, 0.15, 0.05), (0.9, 0.07, 0.03), (0.6, 0.3, 0.1)]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--width", type=int, default=64)
    a = parser.parse_args()
    torch.set_num_threads(1)
    counts = bigrams((0.8, 0.15, 0.05))
    rows = [(p.tolist(), words) for p, words in outputs(load(), read(WORK / "dev")[:a.count])]
    best, known = {"alpha": 0.8, "beta": 1.5, "weights": (0.8, 0.15, 0.05)}, {}

    def rate(setting):
        key = tuple(setting.values())
        if key not in known:
            beam = Beam(counts.words, Bigrams(counts.pairs, counts.words, setting["weights"]), setting["alpha"], setting["beta"], a.width)
            score = Score()
            for log_probs, words in rows:
                score.add(beam.decode(log_probs), words)
            known[key] = score.rate
            print(setting, score, flush=True)
        return known[key]

    for _ in range(2):
        for name, values in CHOICES.items():
            best[name] = min(values, key=lambda v: rate({**best, name: v}))
    print("best", best, f"{rate(best):.2f} %")


if __name__ == "__main__":
    main()
