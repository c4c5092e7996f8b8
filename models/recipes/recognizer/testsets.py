"""The sets that the recognizer is tuned ("dev") and reported on; none of their wordings, values or voices is in training unless its
name says so. Held-out wordings are divided by template between dev and test.

  python3 -m recognizer.testsets            writes models/work/recognizer/NAME for each of SETS, or for those named
"""
import random
import sys
import time

import numpy as np
import torch

import domain
from expansion import stable_hash
from recognizer.corpus import WORK, plain, utterance, write
from speech.espeak import Speaker
from speech.features import fbank


def unseen_wording(rng, dev, unseen_value):
    while True:
        intent = rng.choice(domain.intents())
        template = domain.wording(rng, intent, unseen=True)
        if (stable_hash("dev " + template) % 4 == 0) == dev:
            return domain.spoken(domain.fill(rng, domain.decorate(rng, template, intent), unseen_value)[0])


def development(rng):
    """Half unseen wordings, a quarter unseen values, a quarter replies."""
    draw = rng.random()
    if draw < 0.5:
        return unseen_wording(rng, True, False)
    return domain.spoken_question(rng, "values") if draw < 0.75 else domain.spoken_reply(rng, "values")


SETS = {  # name: (seed, count, sentence, voices that training never had); "quiet": next to no noise, full band
    "dev": (901, 300, development, False),
    "values": (902, 300, lambda r: domain.spoken_question(r, "values"), False),
    "wordings": (903, 300, lambda r: unseen_wording(r, False, False), False),
    "voices": (904, 300, lambda r: domain.spoken_question(r, "train"), True),
    "both": (905, 300, lambda r: unseen_wording(r, False, True), True),
    "replies": (906, 200, lambda r: domain.spoken_reply(r, "values"), False),
    "replies_voices": (907, 200, lambda r: domain.spoken_reply(r, "values"), True),
    "values_quiet": (908, 200, lambda r: domain.spoken_question(r, "values"), False),
    "wordings_quiet": (909, 200, lambda r: unseen_wording(r, False, False), False),
    "both_quiet": (910, 200, lambda r: unseen_wording(r, False, True), True),
}


def main():
    torch.set_num_threads(1)
    speaker, start = Speaker(), time.time()
    for name, (seed, count, sentence, held_voice) in SETS.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        rng, noise_rng, items, seen = random.Random(seed), np.random.default_rng(seed), [], set()
        for _ in range(20 * count):
            text = sentence(rng)
            if text in seen:
                continue
            seen.add(text)
            samples, onset, _ = utterance(speaker, rng, noise_rng, text, held_voice, name.endswith("quiet"))
            items.append((fbank(samples).half().numpy(), onset // 160, plain(text)))
            if len(items) == count:
                break
        write(WORK / name, items)
        print(f"{name}: {len(items)} distinct sentences, {sum(len(t.split()) for _, _, t in items)} words, "
              f"{time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
