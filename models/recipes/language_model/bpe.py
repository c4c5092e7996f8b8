"""Byte-level BPE, trained here and written as a Hugging Face tokenizer.json.

The split is Qwen2's, but digits come in pairs together with a space and a dollar sign before them, and each of those is
one token: a value then has few and mostly distinct tokens, which a small model copies more surely than single digits.
"""

import collections
import json
import re
import unicodedata

SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+| ?\$?\p{N}{1,2}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_PYTHON_SPLIT = re.compile(  # the same without \p{..}, which Python lacks
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|(?:[^\r\n\w]|_)?[^\W\d_]+| ?\$?\d{1,2}| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def _byte_characters() -> dict[int, str]:
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return {**{b: chr(b) for b in printable}, **{b: chr(256 + i) for i, b in enumerate(others)}}


BYTES = _byte_characters()
_FROM_BYTES = {c: b for b, c in BYTES.items()}


class Tokenizer:
    def __init__(self, vocab: dict[str, int], merges: list[tuple[str, str]], added: list[str]):
        self.vocab, self.added = vocab, added
        self.ranks = {tuple(m): i for i, m in enumerate(merges)}
        self._names = {i: t for t, i in vocab.items()}
        self._cache = {}
        self._added_split = re.compile("(" + "|".join(map(re.escape, sorted(added, key=len, reverse=True))) + ")")

    def _word(self, word: str) -> list[int]:
        if word not in self._cache:
            parts = [BYTES[b] for b in word.encode()]
            while len(parts) > 1:
                k = min(range(len(parts) - 1), key=lambda i: self.ranks.get((parts[i], parts[i + 1]), 1 << 30))
                if (parts[k], parts[k + 1]) not in self.ranks:
                    break
                parts[k:k + 2] = [parts[k] + parts[k + 1]]
            self._cache[word] = [self.vocab[p] for p in parts]
        return self._cache[word]

    def encode(self, text: str) -> list[int]:
        ids = []
        for part in self._added_split.split(text):
            if part in self.added:
                ids.append(self.vocab[part])
            else:
                for word in _PYTHON_SPLIT.findall(unicodedata.normalize("NFC", part)):
                    ids += self._word(word)
        return ids

    def decode(self, ids: list[int]) -> str:
        return bytes(_FROM_BYTES[c] for i in ids for c in self._names[i]).decode("utf8", "replace")


def _number_merges() -> list[tuple[str, str]]:
    digits, space = "0123456789", BYTES[32]
    pairs = [(a, b) for a in digits for b in digits]
    numbers = [*digits, *(a + b for a, b in pairs)]
    return [*pairs, (space, "$"), *((space, n) for n in numbers), *((space + "$", n) for n in numbers)]


def train(texts: list[str], size: int, placeholders: list[str], least: int = 8) -> Tokenizer:
    """Merges the most frequent pair until the vocabulary has `size` entries or a pair is seen fewer than `least` times."""
    added = SPECIAL + placeholders
    outside = re.compile("|".join(map(re.escape, added)))
    counts = collections.Counter(w for t in texts for part in outside.split(t) for w in _PYTHON_SPLIT.findall(part))
    words = {w: [BYTES[b] for b in w.encode()] for w in counts}
    symbols, merges = [BYTES[b] for b in range(256)], []

    def merge(a, b):
        merges.append((a, b))
        symbols.append(a + b)
        for parts in words.values():
            i = 0
            while i < len(parts) - 1:
                if parts[i] == a and parts[i + 1] == b:
                    parts[i:i + 2] = [a + b]
                i += 1

    for pair in _number_merges():
        merge(*pair)
    while len(symbols) + len(added) < size:
        pairs = collections.Counter()
        for word, parts in words.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += counts[word]
        if not pairs:
            break
        (a, b), count = max(pairs.items(), key=lambda item: (item[1], item[0]))
        if count < least:
            break
        merge(a, b)
    vocab = {s: i for i, s in enumerate(symbols + added)}
    return Tokenizer(vocab, merges, added)


def save(tokenizer: Tokenizer, path) -> None:
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    model_vocab = {t: i for t, i in tokenizer.vocab.items() if t not in tokenizer.added}
    content = {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": tokenizer.vocab[t], "content": t, "single_word": False, "lstrip": False, "rstrip": False,
                          "normalized": False, "special": t in SPECIAL} for t in tokenizer.added],
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": SPLIT}, "behavior": "Isolated", "invert": False}, level]},
        "post_processor": level, "decoder": level,
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "",
                  "fuse_unk": False, "byte_fallback": False, "vocab": model_vocab,
                  "merges": [list(m) for m, _ in sorted(tokenizer.ranks.items(), key=lambda item: item[1])]},
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf8")


def load(path) -> Tokenizer:
    content = json.loads(path.read_text(encoding="utf8"))
    added = [a["content"] for a in content["added_tokens"]]
    vocab = {**content["model"]["vocab"], **{a["content"]: a["id"] for a in content["added_tokens"]}}
    return Tokenizer(vocab, [tuple(m) for m in content["model"]["merges"]], added)
