"""Trains and exports the embedder: python3 -m embedder.train --minutes 6"""

import argparse
import json
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F

import domain
from embedder import knowledge, wordpiece
from embedder.encoder import Encoder, embed, padded
from embedder.evaluate import heldout_questions, report
from embedder.retrieval import Index
from language_model.dialogues import misheard

FOLDER = Path(__file__).resolve().parents[2] / "embedder"
TEMPERATURE, PEAK = .07, 2e-3


def question(r, intent):
    q = domain.question(r, "train", intent)
    return misheard(r, q.text if r.random() < .15 else q.redacted)


def tokenizer():
    r, intents = random.Random(4), domain.intents()
    texts = [knowledge.text(i) for i in intents] + [question(r, r.choice(intents)) for _ in range(20000)] + [" ".join(domain.vocabulary())]
    return wordpiece.WordPiece(wordpiece.build(texts))


def loss_of(model, tok, r, intents):
    """Two wordings and the document of every intent; each text must find the others of its intent among all of them."""
    texts = [question(r, i) for i in intents] + [question(r, i) for i in intents] + [r.choice((knowledge.text(i), question(r, i))) for i in intents]
    with torch.cpu.amp.autocast(dtype=torch.bfloat16):
        vectors = embed(model, tok, texts)
    labels = torch.arange(len(intents)).repeat(3)
    similarity = vectors.float() @ vectors.float().T / TEMPERATURE
    similarity = similarity - 1e9 * torch.eye(len(texts))
    same = (labels[:, None] == labels[None]).float() - torch.eye(len(texts))
    return -(F.log_softmax(similarity, 1) * same).sum(1).div(same.sum(1)).mean()


def export(model, tok):
    model.eval()
    ids, mask = padded([tok.encode(t) for t in ("what is my balance", "i lost my sim card yesterday and need help")])
    names = ["input_ids", "attention_mask", "token_type_ids"]
    dynamic = {n: {0: "batch_size", 1: "sequence_length"} for n in [*names, "last_hidden_state"]}
    torch.onnx.export(model, (ids, mask, torch.zeros_like(ids)), str(FOLDER / "model.onnx"), input_names=names, output_names=["last_hidden_state"],
                      dynamic_axes=dynamic, opset_version=17, do_constant_folding=True)
    model.eval()


def reference(model, tok, index):
    texts = ["what is my balance", "This is [name_1], what's my balance?", "Café São Paulo costs $12.40!", "supercalifragilistic", "", "my card ends in 4821", "hello 你好"]
    with torch.no_grad():
        rows = [{"text": t, "ids": tok.encode(t), "embedding": [round(float(v), 6) for v in embed(model, tok, [t])[0, :8]]} for t in texts]
        queries = []
        for q in ("by when do i need to pay", "i lost my phone block it", "hello good afternoon"):
            vector = embed(model, tok, [q])[0]
            best = sorted(zip(index.scores(q, vector), index.ids), reverse=True)[:3]
            lexical = sorted(zip(index.scores(q, None), index.ids), reverse=True)[:3]
            queries.append({"text": q, "best": [[i, round(s, 5)] for s, i in best], "words_only": [[i, round(s / index_weight(), 5)] for s, i in lexical]})
    return {"texts": rows, "queries": queries, "heldout": [{"text": q, "id": i, "form": form} for q, i, form in heldout_questions()]}


def index_weight():
    from embedder.retrieval import WEIGHT
    return WEIGHT


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=6)
    minutes = options.parse_args().minutes
    torch.set_num_threads(1)
    torch.manual_seed(0)
    FOLDER.mkdir(exist_ok=True)
    r, tok, intents = random.Random(0), tokenizer(), domain.intents()
    model = Encoder(len(tok.vocab))
    print(f"{sum(p.numel() for p in model.parameters())} parameters, {len(tok.vocab)} tokens", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=.02)
    started, step = time.time(), 0
    while (done := (time.time() - started) / 60 / minutes) < 1:
        for group in optimizer.param_groups:
            group["lr"] = PEAK * min(1, (step + 1) / 60) * max(.02, 1 - done)
        loss = loss_of(model, tok, r, intents)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step % 100 == 0:
            print(f"{step} {done * minutes:.1f} min loss {float(loss):.3f}", flush=True)
    wordpiece.save(tok, FOLDER / "tokenizer.json")
    (FOLDER / "1_Pooling").mkdir(exist_ok=True)
    pooling = {"word_embedding_dimension": model.shape["width"], "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}
    (FOLDER / "1_Pooling" / "config.json").write_text(json.dumps(pooling) + "\n", encoding="utf8")
    export(model, tok)
    torch.save(dict(shape=model.shape, weights=model.state_dict(), step=step, minutes=minutes), FOLDER.parent / "work" / "embedder.pt")
    knowledge.main()
    index = Index(knowledge.entries())
    with torch.no_grad():
        index.encode(model, tok)
    report(model, tok, index)
    (FOLDER / "reference.json").write_text(json.dumps(reference(model, tok, index), indent=1, ensure_ascii=False) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
