"""The small notation of the wording lists: "(a|b)" is a choice, "(a|)" an optional part; no nesting."""

import itertools
import re

_GROUP = re.compile(r"\(([^()]*)\)")


def expand(pattern: str) -> list[str]:
    """All wordings a pattern stands for, in a fixed order, with single spaces."""
    parts = _GROUP.split(pattern)
    choices = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    return [" ".join("".join(picked).split()) for picked in itertools.product(*choices)]


def stable_hash(text: str) -> int:
    """FNV-1a with 32 bits: the same in every run and on every machine."""
    value = 2166136261
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    value ^= value >> 15
    return (value * 2654435761 & 0xFFFFFFFF) >> 7
