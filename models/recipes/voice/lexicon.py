"""The front end's word list: pronunciations.txt (written by hand) -> lexicon.tsv, and a check of it against espeak-ng's ear.

  python3 -m voice.lexicon ../voice/lexicon.tsv        write it; words of the domain that it lacks are an error
  python3 -m voice.lexicon --check 40                  list the words that differ most from what espeak-ng says
"""
import argparse
from pathlib import Path

import domain
from voice.symbols import ID_MAP, SILENT, from_arpabet

SOURCE = Path(__file__).with_name("pronunciations.txt")


def load():
    """word -> phonemes in the voice's symbols."""
    words = {}
    for line in SOURCE.read_text(encoding="utf8").splitlines():
        if not line.startswith("#"):
            for entry in line.split(";"):
                word, *sounds = entry.split()
                phonemes = from_arpabet(sounds)
                if words.setdefault(word, phonemes) != phonemes:
                    raise ValueError(f"{word} stands twice in {SOURCE.name}, differently")
                if unknown := set(phonemes) - set(ID_MAP):
                    raise ValueError(f"{word} uses unknown symbols {unknown}")
    if missing := [w for w in domain.vocabulary() if w not in words]:
        raise ValueError(f"{SOURCE.name} lacks words of the domain: {missing}")
    return words


def phonemes(text, words):
    """Spoken text (words of the lexicon; , . ? ! may follow one) -> one string of the voice's symbols."""
    out = []
    for token in text.split():
        word = token.rstrip(",.?!")
        out.append(words[word] + token[len(word):])
    return " ".join(out)


def check(count):
    from speech.espeak import Speaker
    from voice.alignment import align, sounds_of
    speaker, worst = Speaker(), []
    for word, own in load().items():
        heard = sounds_of([(p, 1.0) for _, p in speaker.say(word)[1] if p])
        mine = [s for s in own if s not in SILENT]
        cost, _ = align(mine, [s for s, _ in heard])
        worst.append((cost / len(mine), word, own, "".join(s for s, _ in heard)))
    for cost, word, own, heard in sorted(worst, reverse=True)[:count]:
        print(f"{cost:.2f} {word:14} {own:18} espeak {heard}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("path", nargs="?")
    parser.add_argument("--check", type=int)
    a = parser.parse_args()
    if a.check:
        check(a.check)
    if a.path:
        Path(a.path).write_text("".join(f"{w}\t{p}\n" for w, p in sorted(load().items())), encoding="utf8")


if __name__ == "__main__":
    main()
