"""Exact match of the last answer of dialogues: python3 -m language_model.evaluate [count]."""

import collections
import random
import sys

import torch

from language_model.dialogues import dialogue, prompt


def exact_match(model, tok, split, count, seed=77, misses=None):
    """(share, {kind: [right, all]}). Greedy decoding reproduces an answer exactly when every one of its tokens is the
    most likely one after the right tokens before it, so one forward pass per batch decides it."""
    model.eval()
    r, right, kinds, cases = random.Random(seed), 0, collections.defaultdict(lambda: [0, 0]), []
    for index in range(count):
        d = dialogue(r, split, history=index % 4)
        before = tok.encode(prompt(d.system, d.turns))
        cases.append((before, tok.encode(d.turns[-1].answer + "<|im_end|>"), d))
    cases.sort(key=lambda c: len(c[0]) + len(c[1]))
    with torch.no_grad():
        for start in range(0, count, 25):
            group = cases[start:start + 25]
            ids = torch.zeros(len(group), max(len(b) + len(a) for b, a, _ in group), dtype=torch.long)
            for row, (before, answer, _) in enumerate(group):
                ids[row, :len(before) + len(answer)] = torch.tensor(before + answer)
            hidden = model.hidden(ids)
            for row, (before, answer, d) in enumerate(group):
                best = model.logits(hidden[row, len(before) - 1:len(before) + len(answer) - 1]).argmax(-1).tolist()
                good = best == answer
                right += good
                kinds[d.turns[-1].kind][0] += good
                kinds[d.turns[-1].kind][1] += 1
                if not good and misses is not None:
                    wrong = next(i for i, (x, y) in enumerate(zip(best, answer)) if x != y)
                    misses.append((d, tok.decode(answer[:wrong] + [best[wrong]])))
    model.train()
    return right / count, dict(kinds)


def main():
    from language_model.train import WORK, tokenizer
    from language_model.llama import Llama

    torch.set_num_threads(1)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    tok, saved = tokenizer(), torch.load(WORK / "model.pt")
    model = Llama(**saved["shape"])
    model.load_state_dict(saved["weights"])
    print(f"step {saved['step']}, {saved['minutes']:.1f} minutes, {count} dialogues a row")
    for split in ("train", "values", "wordings", "held", "fresh"):
        misses = []
        score, kinds = exact_match(model, tok, split, count, misses=misses)
        print(f"{split:9} {score:.3f}  " + " ".join(f"{k} {a}/{b}" for k, (a, b) in sorted(kinds.items()) if a < b))
        for d, got in misses[:int(sys.argv[2]) if len(sys.argv) > 2 else 8]:
            print(f"     {d.system.splitlines()[0][7:]} [{d.turns[-1].kind}] {d.turns[-1].question!r} want {d.turns[-1].answer!r} got {got!r}")


if __name__ == "__main__":
    main()
