"""Written text to what is handed to espeak-ng."""
import re

from spoken import spoken

MARKS = ",.?!"


def spoken_sentences(text):
    """Written text -> spoken words with the punctuation that matters to a voice."""
    parts = []
    for part in re.split(r"(?<=[.,?!])\s+", text.strip()):
        mark = part[-1] if part[-1] in MARKS else ""
        parts.append(spoken(part.rstrip(MARKS)) + mark)
    return " ".join(parts)


def capitalised(text):
    """espeak-ng takes a full stop before a small letter for an abbreviation and does not pause."""
    return re.sub(r"(^|[.?!] )(\w)", lambda m: m.group(1) + m.group(2).upper(), text)
