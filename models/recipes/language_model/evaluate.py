"""Exact match of the last turn of dialogues, its calls and its answer: python3 -m language_model.evaluate [count] [misses shown]."""

import collections
import random
import sys
from dataclasses import dataclass, field

import torch

from language_model import tools
from language_model.dialogues import dialogue, rounds

SPLITS = ("train", "values", "wordings", "held", "fresh")


@dataclass
class Score:
    """[right, all] of the calls (tool and arguments), of the answers after the right calls, and of whole turns."""
    calls: list = field(default_factory=lambda: [0, 0])
    answers: list = field(default_factory=lambda: [0, 0])
    turns: list = field(default_factory=lambda: [0, 0])
    kinds: dict = field(default_factory=lambda: collections.defaultdict(lambda: [0, 0]))
    misses: list = field(default_factory=list)

    def __str__(self):
        return " ".join(f"{name} {a / max(1, b):.3f}" for name, (a, b) in (("calls", self.calls), ("answers", self.answers), ("turns", self.turns)))


def _count(pair, good):
    pair[0] += good
    pair[1] += 1


def exact_match(model, tok, split, count, seed=77):
    """Greedy decoding reproduces a text exactly when every one of its tokens is the most likely one after the right tokens before it, so
    one forward pass per batch decides it. A result depends on its call alone, so the rounds of a turn can be tested side by side."""
    model.eval()
    r, score, cases, whole = random.Random(seed), Score(), [], {}
    for index in range(count):
        d = dialogue(r, split, history=index % 4)
        for before, wanted in rounds(d):
            cases.append((tok.encode(before), tok.encode(wanted + "<|im_end|>"), wanted, index, d.turns[-1]))
        whole[index] = (True, d.turns[-1].kind)
    cases.sort(key=lambda c: len(c[0]) + len(c[1]))
    with torch.no_grad():
        for start in range(0, len(cases), 25):
            group = cases[start:start + 25]
            ids = torch.zeros(len(group), max(len(c[0]) + len(c[1]) for c in group), dtype=torch.long)
            for row, (before, text, *_) in enumerate(group):
                ids[row, :len(before) + len(text)] = torch.tensor(before + text)
            hidden = model.hidden(ids)
            for row, (before, text, wanted, index, turn) in enumerate(group):
                best = model.logits(hidden[row, len(before) - 1:len(before) + len(text) - 1]).argmax(-1).tolist()
                good = best == text
                _count(score.calls if wanted.startswith(tools.CALL) else score.answers, good)
                if not good:
                    whole[index] = (False, turn.kind)
                    wrong = next(i for i, (x, y) in enumerate(zip(best, text)) if x != y)
                    score.misses.append((turn, wanted, tok.decode(text[:wrong] + [best[wrong]])))
    for good, kind in whole.values():
        _count(score.turns, good)
        _count(score.kinds[kind], good)
    model.train()
    return score


def main():
    from language_model.train import WORK, tokenizer
    from language_model.llama import Llama

    torch.set_num_threads(1)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    tok, saved = tokenizer(), torch.load(WORK / "model.pt")
    model = Llama(**saved["shape"])
    model.load_state_dict(saved["weights"])
    print(f"step {saved['step']}, {saved['minutes']:.1f} minutes, {count} dialogues a row")
    for split in SPLITS:
        score = exact_match(model, tok, split, count)
        print(f"{split:9} {score}  " + " ".join(f"{k} {a}/{b}" for k, (a, b) in sorted(score.kinds.items()) if a < b))
        for turn, wanted, got in score.misses[:int(sys.argv[2]) if len(sys.argv) > 2 else 8]:
            print(f"     [{turn.kind}] {turn.messages[0].text!r} want {wanted!r} got {got!r}")


if __name__ == "__main__":
    main()
