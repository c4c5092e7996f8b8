"""Trains the language model: python3 -m language_model.train --minutes 60 [--resume | --released]. Stops and resumes at any time."""

import argparse
import os
import random
import signal
import time
from pathlib import Path

import torch

from language_model import bpe, tools
from language_model.dialogues import PLACEHOLDERS, dialogue, example, rounds
from language_model.evaluate import exact_match
from language_model.llama import Llama
from language_model.muon import Muon
from language_model.start import released

MODELS = Path(__file__).resolve().parents[2]
WORK, FOLDER = MODELS / "work" / "language-model", MODELS / "language-model"
MUON_PEAK, ADAM_PEAK, BATCH, POOL = .01, 2e-2, 8, 24


def tokenizer():
    path = WORK / "tokenizer.json"
    if not path.exists():
        r = random.Random(5)
        texts = []
        for _ in range(12000):
            texts.append("".join(rounds(dialogue(r))[-1]))
        WORK.mkdir(parents=True, exist_ok=True)
        bpe.save(bpe.train(texts, 1800, PLACEHOLDERS + tools.MARKS, least=20), path)
    return bpe.load(path)


def encode(tok, agent, name, messages):
    """(ids, positions whose next token belongs to a graded message)"""
    ids, graded = tok.encode(f"<|im_start|>system\n{tools.system(agent, name)}<|im_end|>\n"), []
    for m in messages:
        ids += tok.encode(f"<|im_start|>{m.role}\n")
        text = tok.encode(f"{m.text}<|im_end|>")
        if m.role == "assistant" and m.graded:
            graded += range(len(ids) - 1, len(ids) + len(text) - 1)
        ids += text + tok.encode("\n")
    return ids, graded


def batches(tok, r):
    """Endless fresh batches; dialogues of similar length share one."""
    while True:
        pool = sorted((encode(tok, *example(r)) for _ in range(BATCH * POOL)), key=lambda x: len(x[0]))
        groups = [pool[i:i + BATCH] for i in range(0, len(pool), BATCH)]
        r.shuffle(groups)
        for group in groups:
            length = max(len(ids) for ids, _ in group)
            ids = torch.zeros(len(group), length, dtype=torch.long)
            places = []
            for row, (tokens, graded) in enumerate(group):
                ids[row, :len(tokens)] = torch.tensor(tokens)
                places += [row * length + g for g in graded]
            yield ids, torch.tensor(places)


def rate(step, done):
    """Share of the peak: warm-up, flat for 40 % of the time, then down to 2 % in a line."""
    fall = max(.02, min(1, (1 - done) / .6))
    return min(1, (step + 1) / 50) * fall


def optimizers(model):
    """Muon for the matrices inside the blocks, AdamW for the embedding and the norms; each with its peak rate."""
    inside = lambda name, p: p.dim() == 2 and not name.startswith("embedding")
    named = list(model.named_parameters())
    return [(Muon([p for n, p in named if inside(n, p)]), MUON_PEAK),
            (torch.optim.AdamW([p for n, p in named if not inside(n, p)], betas=(.9, .98), weight_decay=.01), ADAM_PEAK)]


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=75)
    options.add_argument("--resume", action="store_true")
    options.add_argument("--released", action="store_true", help="start from the weights in models/language-model instead of from nothing")
    options.add_argument("--dropout", type=float, default=0)
    options.add_argument("--peak", type=float, default=1.0, help="of the rates: less when the start is good")
    options.add_argument("--checkpoint", type=Path, default=WORK / "model.pt")
    options = options.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    WORK.mkdir(parents=True, exist_ok=True)
    tok, r = tokenizer(), random.Random(1)
    model = Llama(len(tok.vocab))
    for block in model.blocks:
        block.dropout.p = options.dropout
    pairs = optimizers(model)
    if options.released:
        model.load_state_dict(released(FOLDER, tok, model.shape))
    step, spent, checkpoint = 0, 0.0, options.checkpoint
    if options.resume:
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["weights"])
        for (optimizer, _), state in zip(pairs, saved["optimizers"]):
            optimizer.load_state_dict(state)
        step, spent = saved["step"], saved["minutes"]
        r = random.Random(1000 + step)
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(tok.vocab)} tokens, step {step}", flush=True)
    started, feed, average = time.time() - spent * 60, batches(tok, r), None
    stop = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
    while (done := (time.time() - started) / 60 / options.minutes) < 1 and not stop:
        for optimizer, peak in pairs:
            for group in optimizer.param_groups:
                group["lr"] = options.peak * peak * rate(step, done)
        ids, places = next(feed)
        with torch.cpu.amp.autocast(dtype=torch.bfloat16):  # matrices in bfloat16, sums and weights in float32
            hidden = model.hidden(ids).reshape(-1, model.shape["width"])
            logits = model.logits(hidden[places])
        loss = torch.nn.functional.cross_entropy(logits.float(), ids.reshape(-1)[places + 1])
        model.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer, _ in pairs:
            optimizer.step()
        step += 1
        average = float(loss) if average is None else .98 * average + .02 * float(loss)
        if step % 100 == 0:
            print(f"{step} {done * options.minutes:.1f} min loss {average:.4f} length {ids.shape[1]}", flush=True)
        if step % 100 == 0:
            save(checkpoint, model, pairs, step, done * options.minutes)
        if step % 500 == 0:
            save(checkpoint, model, pairs, step, done * options.minutes)
            print("  of 100:", *(f"{s} {exact_match(model, tok, s, 100)}" for s in ("values", "held")), flush=True)
    save(checkpoint, model, pairs, step, done * options.minutes)
    print(f"finished at step {step}", flush=True)


def save(path, model, pairs, step, minutes):
    states = [optimizer.state_dict() for optimizer, _ in pairs]
    torch.save(dict(shape=model.shape, weights=model.state_dict(), optimizers=states, step=step, minutes=minutes), str(path) + ".new")
    os.replace(str(path) + ".new", path)


if __name__ == "__main__":
    main()
