"""Recall@1 on held-out wordings over all intents: python3 -m embedder.evaluate"""

import random

import torch

import domain
from embedder import knowledge, wordpiece
from embedder.encoder import Encoder, embed
from embedder.retrieval import Index
from wordings_fresh import FRESH


def heldout_questions() -> list[tuple[str, str, str]]:
    """(question, intent, form): every whole held-out line, and of each intent two unseen combinations of an opener with a
    noun phrase or clause and two held-out variants of trained lines, where it has them."""
    r, rows = random.Random(9), []
    for intent in domain.intents():
        held = domain.wordings(intent)["held"]
        templates = [(t, "line") for t in held["starred"]]
        for name, forms in (("combination", ("noun", "clause")), ("variant", ("ask",))):
            pool = [t for f in forms for t in held.get(f, [])]
            templates += [(t, name) for t in r.sample(pool, min(2, len(pool)))]
        rows += [(domain.fill(r, t)[1], intent, name) for t, name in templates]
    return rows


def fresh_questions() -> list[tuple[str, str, str]]:
    return [(q, intent, "fresh") for intent, questions in FRESH.items() for q in questions]


def report(model, tok, index, show=True):
    """Prints recall@1 for words only, the encoder only and both with several weights; returns the joined recall."""
    rows = heldout_questions()
    with torch.no_grad():
        vectors = embed(model, tok, [q for q, _, _ in rows])
    lexical = [index.scores(q, None) for q, _, _ in rows]
    best = lambda scores: index.ids[max(range(len(scores)), key=scores.__getitem__)]
    share = lambda found, form=None: (sum(f == i for f, (_, i, n) in zip(found, rows) if form in (None, n)), sum(form in (None, n) for _, _, n in rows))
    print("words only", share([best(s) for s in lexical]))
    for weight in (0, .25, .5, .75, 1.0, 1.5):
        found = [best(index.scores(q, v, weight)) for (q, _, _), v in zip(rows, vectors)]
        print(f"weight {weight}", share(found), {form: share(found, form) for form in ("line", "combination", "variant")},
              {k: (sum(f == i for f, (_, i, _) in zip(found, rows) if domain.kind(i) == k), sum(domain.kind(i) == k for _, i, _ in rows)) for k in ("fact", "article", "smalltalk")})
        if weight == .5 and show:
            print("\n".join(f"   {q!r} is {i}, found {f}" for f, (q, i, _) in zip(found, rows) if f != i))
    return found


def fresh(model, tok, index):
    rows = fresh_questions()
    with torch.no_grad():
        found = [index.ids[max(range(len(s)), key=s.__getitem__)] for s in (index.scores(q, embed(model, tok, [q])[0]) for q, _, _ in rows)]
    print(f"fresh {sum(f == i for f, (_, i, _) in zip(found, rows))} of {len(rows)}")
    print("\n".join(f"   {q!r} is {i}, found {f}" for f, (q, i, _) in zip(found, rows) if f != i))


def main():
    from embedder.train import FOLDER

    torch.set_num_threads(1)
    saved = torch.load(FOLDER.parent / "work" / "embedder.pt")
    model, tok = Encoder(**saved["shape"]), wordpiece.load(FOLDER / "tokenizer.json")
    model.load_state_dict(saved["weights"])
    model.eval()
    index = Index(knowledge.entries())
    with torch.no_grad():
        index.encode(model, tok)
    report(model, tok, index)
    fresh(model, tok, index)


if __name__ == "__main__":
    main()
