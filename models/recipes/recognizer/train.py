"""Train the recognizer on shards that `recognizer.corpus` wrote; shards named later join at the epoch after they appear.

  python3 -m recognizer.train --steps 6000 [--shards salad0 mixed1] [--resume]

Loss: CTC, plus -log P(blank) on the outputs before speech sets in. Without the second term CTC learns to say the likeliest first
letter at the first frame. Checkpoints hold the moving average of the weights, which is what is exported.
"""
import argparse
import math
import random
import time

import torch
from torch import nn

from recognizer import fast
from recognizer.corpus import WORK, read
from recognizer.network import INDEX, Recognizer, edit_distance, greedy
from speech.features import LEFT_CONTEXT, batch


def augment(rng, x):
    """Mask a band and a few moments, shift the level: features are logarithms, so a gain is an offset."""
    for i in range(len(x)):
        width = rng.randint(0, 14)
        low = rng.randint(0, 80 - width)
        x[i, :, low:low + width] = -9.0
        for _ in range(2):
            length = rng.randint(0, 5)
            at = rng.randint(0, x.shape[1] - length)
            x[i, at:at + length] = -9.0
    return x + (torch.rand(len(x), 1, 1) - 0.5) * 2


def loss_of(model, ctc, items, rng):
    x = augment(rng, batch([f for f, _, _ in items]))
    log_probs = fast.log_probs(model, x)
    lengths = torch.tensor([len(f) // 3 for f, _, _ in items])
    targets = [torch.tensor([INDEX[c] for c in words], dtype=torch.long) for _, _, words in items]
    sizes = torch.tensor([len(t) for t in targets])
    loss = (ctc(log_probs.transpose(0, 1), torch.cat(targets), lengths, sizes) / sizes.clamp(min=1)).mean()
    before = torch.tensor([max(1, (onset + LEFT_CONTEXT - 12) // 3) for _, onset, _ in items])
    mask = torch.arange(log_probs.shape[1])[None] < before[:, None]
    return loss, -log_probs[..., 0][mask].mean()


@torch.no_grad()
def quick_wer(model, items):
    model.eval()
    errors = total = 0
    for i in range(0, len(items), 25):
        part = items[i:i + 25]
        log_probs, _ = model(batch([f for f, _, _ in part]))
        for row, (f, _, words) in zip(log_probs, part):
            errors += edit_distance(greedy(row[:len(f) // 3]).split(), words.split())
            total += len(words.split())
    model.train()
    return 100 * errors / total


def epochs(shards, size, rng):
    """Batches of similar length, shuffled, for ever; yields the shards' names when a new epoch begins."""
    loaded = {}
    while True:
        for name in shards:
            if name not in loaded and (WORK / f"{name}.json").exists():
                loaded[name] = read(WORK / name)
        items = sorted((x for shard in loaded.values() for x in shard), key=lambda x: len(x[0]) + rng.random() * 20)
        batches = [items[i:i + size] for i in range(0, len(items) - size + 1, size)]
        rng.shuffle(batches)
        yield from batches


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--hold", type=float, default=0.5, help="part of the steps before the rate falls")
    parser.add_argument("--shards", nargs="+", default=["salad0", "mixed1"])
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--name", default="recognizer")
    a = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = random.Random(0)
    model, average = Recognizer(), Recognizer()
    optimiser = torch.optim.AdamW(model.parameters(), lr=a.rate, weight_decay=0.01)
    ctc, path, step, minutes = nn.CTCLoss(reduction="none", zero_infinity=True), WORK / f"{a.name}.pt", 0, 0.0
    if a.resume:
        saved = torch.load(path)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        average.load_state_dict(saved["average"])
        step, minutes = saved["step"], saved["minutes"]
        rng.seed(step)
    else:
        average.load_state_dict(model.state_dict())
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.3f} M parameters", flush=True)
    dev, start, running = read(WORK / "dev")[:150], time.time(), 0.0

    def save():
        torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(),
                    "step": step, "minutes": minutes + (time.time() - start) / 60}, path)

    for items in epochs(a.shards, a.batch, rng):
        if step >= a.steps:
            break
        done = step / a.steps
        rate = a.rate * min(1, (step + 1) / 200) * (
            1 if done < a.hold else max(0.02, 0.5 * (1 + math.cos(math.pi * (done - a.hold) / (1 - a.hold)))))
        for group in optimiser.param_groups:
            group["lr"] = rate
        loss, onset = loss_of(model, ctc, items, rng)
        optimiser.zero_grad()
        (loss + 0.5 * onset).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        step += 1
        running += float(loss.detach())
        keep = min(0.998, step / (step + 50))
        with torch.no_grad():
            for old, new in zip(average.parameters(), model.parameters()):
                old.lerp_(new, 1 - keep)
        if step % 100 == 0:
            print(f"{step} {time.time() - start:.0f}s ctc {running / 100:.4f} onset {float(onset):.4f} rate {rate:.5f}", flush=True)
            running = 0.0
        if step % 500 == 0:
            print(f"  greedy WER on dev: {quick_wer(average, dev):.1f}", flush=True)
            save()
    save()


if __name__ == "__main__":
    main()
