"""Written text to the words a voice says, and back-to-front facts about them."""

import re

DIGITS = "zero one two three four five six seven eight nine".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBER_WORDS = DIGITS + TEENS + TENS + ["hundred"]
_TOKEN = re.compile(r"\$(\d+)(?:\.(\d\d))?|(\d+)|[a-z']+")


def cardinal(number: int) -> str:
    """0 to 999 as words, without "and"."""
    if number < 10:
        return DIGITS[number]
    if number < 20:
        return TEENS[number - 10]
    if number < 100:
        return TENS[number // 10 - 2] + ("" if number % 10 == 0 else " " + DIGITS[number % 10])
    return DIGITS[number // 100] + " hundred" + ("" if number % 100 == 0 else " " + cardinal(number % 100))


def money(dollars: int, cents: int) -> str:
    parts = []
    if dollars or not cents:
        parts.append(cardinal(dollars) + (" dollar" if dollars == 1 else " dollars"))
    if cents:
        parts.append(cardinal(cents) + (" cent" if cents == 1 else " cents"))
    return " and ".join(parts)


def spoken(text: str) -> str:
    """Lower-case words only: money in dollars and cents, numbers of four and more digits (account, card, phone) digit
    by digit, smaller numbers as cardinals, "am" and "pm" as letters, no punctuation."""
    words = []
    for match in _TOKEN.finditer(text.lower()):
        dollars, cents, number = match.groups()
        if dollars is not None:
            words.append(money(int(dollars), int(cents or 0)))
        elif number is not None:
            words.append(" ".join(DIGITS[int(d)] for d in number) if len(number) > 3 else cardinal(int(number)))
        elif match.group() == "pm" or (match.group() == "am" and words and words[-1] != "i" and _is_hour(words[-1])):
            words.append(match.group()[0] + " m")
        else:
            words.append(match.group())
    return " ".join(words)


def _is_hour(words: str) -> bool:
    return words in DIGITS or words in TEENS
