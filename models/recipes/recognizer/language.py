"""The beam's lexicon and bigram counts, from sampled training sentences only."""
import random

import domain
from recognizer.beam import Bigrams
from recognizer.corpus import plain


def lexicon():
    return sorted({word for entry in domain.vocabulary() for word in plain(entry).split()})


def bigrams(weights, count=50000, seed=77):
    """Two questions for every reply, wordings and values of the training split."""
    rng = random.Random(seed)
    sentences = [plain(domain.spoken_reply(rng, "train") if i % 3 == 2 else domain.spoken_question(rng, "train"))
                 for i in range(count)]
    return Bigrams(Bigrams.count(sentences), lexicon(), weights)
