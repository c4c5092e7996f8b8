"""The exact retrieval the chain uses (../../embedder/CARD.md): cosine of the encoder joined with word matching."""

import math
import re

import torch

from embedder.encoder import embed

WEIGHT = 0.5
_WORD = re.compile(r"\[[a-z]+_\d+\]|[a-z]+(?:'[a-z]+)?")


def words(text: str) -> set[str]:
    """The distinct words of a lower-cased text; placeholders and numbers are not words."""
    return {w for w in _WORD.findall(text.lower()) if w[0] != "["}


class Index:
    def __init__(self, entries: list[dict]):
        self.ids = [e["id"] for e in entries]
        self.rows = [(document, t) for document, e in enumerate(entries) for t in (e["text"], *e["questions"])]
        owned = [set().union(*(words(t) for t in (e["text"], *e["questions"]))) for e in entries]
        self.idf = {w: math.log(1 + len(entries) / sum(w in o for o in owned)) for w in set().union(*owned)}
        self.row_words = [words(t) for _, t in self.rows]
        self.row_norms = [self._norm(ws) for ws in self.row_words]
        self.vectors = None

    def _norm(self, ws):
        return math.sqrt(sum(self.idf.get(w, 0) ** 2 for w in ws))

    def lexical(self, query: str) -> list[float]:
        """Cosine of the sets of words, each word counted once with its idf; unknown words count nothing."""
        ws = words(query)
        norm = self._norm(ws)
        return [sum(self.idf[w] ** 2 for w in ws & rw) / (norm * rn) if norm and rn else 0.0 for rw, rn in zip(self.row_words, self.row_norms)]

    def encode(self, model, tokenizer):
        self.vectors = torch.cat([embed(model, tokenizer, [t for _, t in self.rows[i:i + 64]]) for i in range(0, len(self.rows), 64)])

    def scores(self, query: str, vector, weight: float = WEIGHT) -> list[float]:
        """The best row of each document."""
        joined = torch.tensor(self.lexical(query)) * weight
        if vector is not None:
            joined = joined + self.vectors @ vector
        best = [-math.inf] * len(self.ids)
        for (document, _), score in zip(self.rows, joined.tolist()):
            best[document] = max(best[document], score)
        return best
