"""Writes small tokenizer.json files and, from a plain implementation of their rules in this file, what they must give.

Only the standard library is needed; run in this folder.
"""
import collections
import json
import unicodedata

TEXT = """the quick brown fox jumps over the lazy dog. it's what we've asked for: your balance is $49.99, isn't it?
Größe, naïve café, straße, año; привет мир, как дела; こんにちは世界 你好; 1234567 items at 3.5 percent.
  indented   lines\r\n\r\nand tabs\there 😀👍🏽 flags 🇩🇪 end """
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
PLAIN = ["[name_1]", "[name_10]"]
QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CASES = [
    "", " ", "hello world", "your balance is $49.99.", "IT'S what WE'VE asked", "  two  spaces  ", "a\r\n\r\n b\n", "tab\there",
    "Größe naïve café", "cafe\u0301 e\u0301", "привет, мир!", "こんにちは世界你好", "1234567", "😀", "👍🏽 ok", "x😀y", "🇩🇪🇫🇷", "𝒜𝒷c 𠀀字",
    "٣٤٥ Ⅷ ½", "don't 'sudo' 'S", "ends with space ", "\n\n\n", "zero\u200bwidth", "\u00a0nbsp\u00a0", "mixed123abc456", "a" * 300,
    "<|im_start|>user\nhi<|im_end|>\n", "call [name_1] or [name_10]", "<|im_start", "x<|im_end|><|im_end|>y",
]


def byte_characters():
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return {**{b: chr(b) for b in printable}, **{b: chr(256 + i) for i, b in enumerate(others)}}


BYTES = byte_characters()


def letter(c):
    return unicodedata.category(c)[0] == "L"


def number(c):
    return unicodedata.category(c)[0] == "N"


def span(text, at, test):
    while at < len(text) and test(text[at]):
        at += 1
    return at


def contraction(text, at, fold):
    for c in ("'re", "'ve", "'ll", "'s", "'t", "'m", "'d"):
        piece = text[at:at + len(c)]
        if (piece.lower() if fold else piece) == c:
            return at + len(c)
    return at


def spaces(text, at):
    """\\s+(?!\\S)|\\s+ : all white space, but one is left to what follows."""
    end = span(text, at, str.isspace)
    return end if end == len(text) or end - at == 1 else end - 1


def other(c):
    return not c.isspace() and not letter(c) and not number(c)


def qwen_piece(text, at):
    end = contraction(text, at, True)
    if end > at:
        return end
    first = at + 1 if text[at] not in "\r\n" and not letter(text[at]) and not number(text[at]) else at
    for start in (first, at):
        end = span(text, start, letter)
        if end > start:
            return end
    if number(text[at]):
        return at + 1
    start = at + 1 if text[at] == " " else at
    end = span(text, start, other)
    if end > start:
        return span(text, end, "\r\n".__contains__)
    end = span(text, at, str.isspace)
    newline = max(text.rfind("\n", at, end), text.rfind("\r", at, end))
    return newline + 1 if newline >= 0 else spaces(text, at)


def gpt2_piece(text, at):
    end = contraction(text, at, False)
    if end > at:
        return end
    start = at + 1 if text[at] == " " else at
    for test in (letter, number, other):
        end = span(text, start, test)
        if end > start:
            return end
    return spaces(text, at)


def pieces(text, piece):
    at = 0
    while at < len(text):
        end = piece(text, at)
        yield text[at:end]
        at = end


def train(words, merges_wanted):
    counts = collections.Counter(words)
    split = {w: [BYTES[b] for b in w.encode()] for w in counts}
    merges = []
    while len(merges) < merges_wanted:
        pairs = collections.Counter()
        for w, parts in split.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += counts[w]
        if not pairs:
            break
        best = max(pairs.items(), key=lambda item: (item[1], item[0]))[0]
        merges.append(best)
        for w in split:
            split[w] = merge(split[w], best)
    return merges


def merge(parts, pair):
    out, i = [], 0
    while i < len(parts):
        if i + 1 < len(parts) and (parts[i], parts[i + 1]) == pair:
            out.append(parts[i] + parts[i + 1])
            i += 2
        else:
            out.append(parts[i])
            i += 1
    return out


def encode(text, vocab, merges, added, piece, form):
    ids, at = [], 0
    while at < len(text):
        hits = [(text.find(a, at), -len(a), a) for a in added if text.find(a, at) >= 0]
        start, _, token = min(hits) if hits else (len(text), 0, None)
        for word in pieces(unicodedata.normalize(form, text[at:start]) if form else text[at:start], piece):
            parts = [BYTES[b] for b in word.encode()]
            for pair in merges:
                parts = merge(parts, pair)
            ids += [vocab[p] for p in parts]
        if token is None:
            break
        ids.append(vocab[token])
        at = start + len(token)
    return ids


def write(name, data):
    with open(name, "w", encoding="utf8") as file:
        json.dump(data, file, ensure_ascii=True, separators=(",", ":"))


def byte_level(name, piece, pre, form, pairs_as_lists, unicode_form):
    merges = train(list(pieces(TEXT * 3, piece)), 120)
    added = SPECIAL + PLAIN
    vocab = {s: i for i, s in enumerate([BYTES[b] for b in range(256)] + [a + b for a, b in merges])}
    base = len(vocab)
    full = {**vocab, **{a: base + i for i, a in enumerate(added)}}
    write(f"{name}.tokenizer.json", {
        "version": "1.0",
        "added_tokens": [{"id": full[a], "content": a, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
                          "special": a in SPECIAL} for a in added],
        "normalizer": {"type": unicode_form} if unicode_form else None,
        "pre_tokenizer": pre,
        "post_processor": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False},
        "decoder": {"type": "ByteLevel"},
        "model": {"type": "BPE", "vocab": vocab, "merges": [list(m) if pairs_as_lists else " ".join(m) for m in merges]},
    })
    write(f"{name}.cases.json", [{"text": t, "ids": encode(t, full, merges, added, piece, unicode_form)} for t in CASES])


byte_level("qwen", qwen_piece, {"type": "Sequence", "pretokenizers": [
    {"type": "Split", "pattern": {"Regex": QWEN}, "behavior": "Isolated", "invert": False},
    {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}]}, None, True, "NFC")
byte_level("gpt2", gpt2_piece, {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}, None, False, None)
