"""WordPiece with BERT's normaliser and pre-tokenizer, built from the domain and written as a tokenizer.json."""

import collections
import json
import re
import unicodedata

from language_model.dialogues import PLACEHOLDERS

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
LONGEST = 64
_PLACEHOLDER = re.compile("(" + "|".join(map(re.escape, PLACEHOLDERS)) + ")")


def _punctuation(c: str) -> bool:
    return 33 <= ord(c) <= 47 or 58 <= ord(c) <= 64 or 91 <= ord(c) <= 96 or 123 <= ord(c) <= 126 or unicodedata.category(c)[0] == "P"


def pieces(text: str) -> list[str]:
    """Lower case, no accents, split at white space and around each punctuation mark."""
    text = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
    return "".join(f" {c} " if _punctuation(c) else c for c in text).split()


def build(texts: list[str]) -> list[str]:
    """All whole words, then frequent beginnings and endings for words that come from elsewhere, then single characters."""
    counts = collections.Counter(w for t in texts for part in _PLACEHOLDER.split(t)[::2] for w in pieces(part))
    starts, ends = collections.Counter(), collections.Counter()
    for word in counts:
        starts.update(word[:i] for i in range(2, len(word)))
        ends.update("##" + word[i:] for i in range(1, len(word) - 1))
    characters = "abcdefghijklmnopqrstuvwxyz0123456789"
    vocab = [*SPECIAL, *PLACEHOLDERS, *characters, *("##" + c for c in characters), *"'$.,?!-"]
    vocab += sorted(counts, key=lambda w: (-counts[w], w))
    vocab += [w for w, _ in sorted(starts.items(), key=lambda x: (-x[1], x[0]))[:150]] + [w for w, _ in sorted(ends.items(), key=lambda x: (-x[1], x[0]))[:150]]
    return list(dict.fromkeys(vocab))


class WordPiece:
    def __init__(self, vocab: list[str]):
        self.vocab = {t: i for i, t in enumerate(vocab)}

    def _word(self, word):
        ids, start = [], 0
        while start < len(word):
            end = len(word)
            while end > start and (piece := ("##" if start else "") + word[start:end]) not in self.vocab:
                end -= 1
            if end == start:
                return [self.vocab["[UNK]"]]
            ids.append(self.vocab[piece])
            start = end
        return ids

    def encode(self, text: str) -> list[int]:
        ids = []
        for part in _PLACEHOLDER.split(text):
            ids += [self.vocab[part]] if part in PLACEHOLDERS else [i for w in pieces(part) for i in self._word(w)]
        return [self.vocab["[CLS]"], *ids[:LONGEST - 2], self.vocab["[SEP]"]]


def save(tokenizer: WordPiece, path) -> None:
    v = tokenizer.vocab
    one = lambda t: {"id": t, "ids": [v[t]], "tokens": [t]}
    content = {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": LONGEST, "strategy": "LongestFirst", "stride": 0}, "padding": None,
        "added_tokens": [{"id": v[t], "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
                          "special": t in SPECIAL} for t in [*SPECIAL, *PLACEHOLDERS]],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": False, "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing",
                           "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
                           "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                                    {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
                           "special_tokens": {"[CLS]": one("[CLS]"), "[SEP]": one("[SEP]")}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": v},
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf8")


def load(path) -> WordPiece:
    vocab = json.loads(path.read_text(encoding="utf8"))["model"]["vocab"]
    return WordPiece(sorted(vocab, key=vocab.get))
