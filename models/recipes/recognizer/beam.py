"""CTC prefix beam search over a lexicon trie with a word bigram (the C# decoder follows this file).

Graves et al., "Connectionist temporal classification", 2006; prefix search with a word model as in Hannun et al.,
"First-pass large vocabulary continuous speech recognition using bi-directional recurrent DNNs", 2014.
"""
import math
from collections import Counter

from recognizer.network import INDEX

NEVER = -math.inf
SPACE = INDEX[" "]


def log_add(a, b):
    if a < b:
        a, b = b, a
    return a if b == NEVER else a + math.log1p(math.exp(b - a))


class Node:
    __slots__ = ("children", "word")

    def __init__(self):
        self.children, self.word = {}, None


class Bigrams:
    """P(w|p) = w2 c(p,w)/c(p) + w1 c(w)/n + w0/v, all counts derived from the pairs (p, w)."""

    def __init__(self, pairs, words, weights=(0.8, 0.15, 0.05)):
        self.pairs, self.words, self.weights = pairs, words, weights
        self.history, self.unigram = Counter(), Counter()
        for (previous, word), count in pairs.items():
            self.history[previous] += count
            self.unigram[word] += count
        self.total = sum(self.unigram.values())
        self._cache = {}

    @staticmethod
    def count(sentences):
        pairs = Counter()
        for sentence in sentences:
            previous = "<s>"
            for word in sentence.split() + ["</s>"]:
                pairs[previous, word] += 1
                previous = word
        return pairs

    def log_prob(self, previous, word):
        key = previous, word
        if key not in self._cache:
            w2, w1, w0 = self.weights
            self._cache[key] = math.log(w2 * self.pairs.get(key, 0) / max(1, self.history[previous])
                                        + w1 * self.unigram[word] / self.total + w0 / len(self.words))
        return self._cache[key]


class Beam:
    def __init__(self, words, bigrams, alpha=0.8, beta=1.5, width=64, cutoff=-8.0):
        self.bigrams, self.alpha, self.beta, self.width, self.cutoff = bigrams, alpha, beta, width, cutoff
        self.root = Node()
        for word in words:
            node = self.root
            for letter in word:
                node = node.children.setdefault(INDEX[letter], Node())
            node.word = word

    def _score(self, words, word):
        return self.alpha * self.bigrams.log_prob(words[-1] if words else "<s>", word)

    def decode(self, log_probs):
        """log_probs: T' rows of 29 floats (lists) -> the best sentence."""
        # key: (finished words, labels of the unfinished word); value: log P ending in blank, in a label, trie node, score
        beams = {((), ()): (0.0, NEVER, self.root, 0.0)}
        for row in log_probs:
            grown = {}

            def put(key, blank, label, node, score):
                old = grown.get(key)
                grown[key] = ((blank, label, node, score) if old is None
                              else (log_add(old[0], blank), log_add(old[1], label), node, score))

            for (words, partial), (blank, label, node, score) in beams.items():
                both = log_add(blank, label)
                put((words, partial), both + row[0], NEVER, node, score)
                last = partial[-1] if partial else SPACE if words else 0
                if last:
                    put((words, partial), NEVER, label + row[last], node, score)
                for c, child in node.children.items():
                    if row[c] >= self.cutoff:
                        put((words, partial + (c,)), NEVER, (blank if c == last else both) + row[c], child, score)
                if node.word is not None and row[SPACE] >= self.cutoff:
                    put((words + (node.word,), ()), NEVER, both + row[SPACE], self.root,
                        score + self._score(words, node.word) + self.beta)
            ranked = sorted(grown.items(), key=lambda kv: -(log_add(kv[1][0], kv[1][1]) + kv[1][3]))
            beams = dict(ranked[:self.width])
        best, text = NEVER, ()
        for (words, partial), (blank, label, node, score) in beams.items():
            total = log_add(blank, label) + score
            if partial:
                if node.word is None:
                    continue
                total += self._score(words, node.word) + self.beta
                words = words + (node.word,)
            total += self._score(words, "</s>")
            if total > best:
                best, text = total, words
        return " ".join(text)
