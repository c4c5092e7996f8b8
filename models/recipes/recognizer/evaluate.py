"""Word error rates of models/recognizer's settings on the held-out sets, as a Markdown table.

  python3 -m recognizer.evaluate [--show 3] [--sets values wordings]
"""
import argparse
import json
from pathlib import Path

import torch

from recognizer.beam import Beam
from recognizer.corpus import WORK, read
from recognizer.export import load
from recognizer.language import bigrams
from recognizer.network import edit_distance, greedy
from speech.features import batch

TITLES = {
    "values": "unseen values, training wordings and voices", "wordings": "unseen wordings, training voices",
    "voices": "training wordings, unseen voices", "both": "unseen wordings and values, unseen voices",
    "replies": "spoken answers with unseen values, training voices", "replies_voices": "spoken answers with unseen values, unseen voices",
    "values_quiet": "in quiet: unseen values, training wordings and voices", "wordings_quiet": "in quiet: unseen wordings, training voices",
    "both_quiet": "in quiet: unseen wordings and values, unseen voices",
}


def shipped_beam(folder=Path(__file__).resolve().parents[2] / "recognizer"):
    """The beam with the settings in recognizer.json."""
    s = json.loads((folder / "recognizer.json").read_text())["beam"]
    counts = bigrams((s["bigram_weight"], s["unigram_weight"], s["uniform_weight"]))
    return Beam(counts.words, counts, s["alpha"], s["beta"], s["width"], s["cutoff"])


@torch.no_grad()
def outputs(model, items):
    """(log_probs [T',29], words) of every item."""
    for i in range(0, len(items), 20):
        part = items[i:i + 20]
        log_probs, _ = model(batch([f for f, _, _ in part]), torch.zeros(2, len(part), model.hidden))
        for row, (f, _, words) in zip(log_probs, part):
            yield row[:len(f) // 3], words


class Score:
    """Word errors, words and sentences that are right."""

    def __init__(self):
        self.errors = self.words = self.right = self.count = 0

    def add(self, heard, truth):
        wrong = edit_distance(heard.split(), truth.split())
        self.errors, self.words = self.errors + wrong, self.words + len(truth.split())
        self.right, self.count = self.right + (wrong == 0), self.count + 1
        return wrong

    @property
    def rate(self):
        return 100 * self.errors / max(1, self.words)

    def __str__(self):
        return f"{self.rate:.1f} % ({100 * self.right / max(1, self.count):.0f} % right)"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--sets", nargs="+", default=list(TITLES))
    parser.add_argument("--limit", type=int, default=1000)
    a = parser.parse_args()
    torch.set_num_threads(1)
    model, beam = load(), shipped_beam()
    print("| held-out set | utterances | words | greedy WER (sentences right) | beam WER (sentences right) |\n|---|---|---|---|---|")
    for name in a.sets:
        plain, searched, show = Score(), Score(), a.show
        for log_probs, truth in outputs(model, read(WORK / name)[:a.limit]):
            plain.add(greedy(log_probs), truth)
            heard = beam.decode(log_probs.tolist())
            if searched.add(heard, truth) and show:
                show -= 1
                print(f"    {truth}\n    -> {heard}")
        print(f"| {TITLES.get(name, name)} | {searched.count} | {searched.words} | {plain} | {searched} |", flush=True)


if __name__ == "__main__":
    main()
