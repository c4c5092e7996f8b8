"""Lays the lexicon's phonemes over espeak-ng's phoneme events, so that the voice learns to speak the lexicon's."""
import re

CLASSES = [set("aæɑeəɚɛɜiɪoɔuʊʌ"), set("pbtdkɡ"), set("fvθðszʃʒh"), set("mnŋ"), set("lɹwj")]
ALIKE = {frozenset(p) for p in ("əʌ əɪ əɚ ɪi ɑɔ ɑa æa eɛ oɔ ʊu ɜɚ ɚɹ td sz θð ʃʒ fv ɡk bp nŋ əɛ əɑ oʊ eɪ əæ ɜə ɜɹ əu əi ɪɛ ɛæ ɔʊ oə ɔə").split()}
REWRITE = {"ɐ": "ə", "ᵻ": "ɪ", "ɾ": "t", "ʔ": "t", "g": "ɡ", "ɫ": "l", "r": "ɹ", "x": "k", "ɒ": "ɑ", "ɯ": "u", "ø": "ɜ", "y": "i"}
GAP = 0.7


def sounds_of(events):
    """[(espeak phoneme, duration)] -> [(one sound, duration)]: marks dropped, several sounds in one event share its time."""
    out = []
    for phoneme, duration in events:
        sounds = [REWRITE.get(c, c) for c in re.sub(r"[ˈˌː̩ʲ˞'_|;:,.^?!-]", "", phoneme)]
        if not sounds:
            out.append(("_", duration))
        out += [(s, duration / len(sounds)) for s in sounds]
    return out


def _cost(a, b):
    if a == b:
        return 0.0
    if frozenset((a, b)) in ALIKE:
        return 0.25
    return 0.6 if any(a in c and b in c for c in CLASSES) else 1.3


def align(mine, theirs):
    """Edit alignment -> (cost, pairs (i or None, j or None) in order). A pause "_" on the other side costs nothing to skip."""
    n, m = len(mine), len(theirs)
    cost = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            if i == j == 0:
                continue
            best = 1e9
            if i and j and theirs[j - 1] != "_":
                best = cost[i - 1][j - 1] + _cost(mine[i - 1], theirs[j - 1])
            if i:
                best = min(best, cost[i - 1][j] + GAP)
            if j:
                best = min(best, cost[i][j - 1] + (0.0 if theirs[j - 1] == "_" else GAP))
            cost[i][j] = best
    pairs, i, j = [], n, m
    while i or j:
        here = cost[i][j]
        if i and j and theirs[j - 1] != "_" and abs(here - cost[i - 1][j - 1] - _cost(mine[i - 1], theirs[j - 1])) < 1e-9:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif j and abs(here - cost[i][j - 1] - (0.0 if theirs[j - 1] == "_" else GAP)) < 1e-9:
            j -= 1
            pairs.append((None, j))
        else:
            i -= 1
            pairs.append((i, None))
    return cost[n][m], pairs[::-1]
