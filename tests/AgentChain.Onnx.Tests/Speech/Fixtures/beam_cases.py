"""Writes noisy CTC outputs and what the recipes' own beam search makes of them: beam.f32 and beam.json.

Run in this folder with Debian's python3-torch:  PYTHONPATH=../../../../models/recipes python3 beam_cases.py
"""

import json

import numpy as np

from recognizer.beam import Beam, Bigrams
from recognizer.network import INDEX, LABELS

WORDS = "a account am an and balance bill call card four five i is me my name no number of one please see sea seven six the to two what what's".split()
SENTENCES = ["what is my balance", "my account number is four five six one", "what's the bill", "call me please", "i am to see the sea", "no number"]
rng = np.random.default_rng(3)
bigrams = Bigrams(Bigrams.count(SENTENCES[:4] * 3 + ["i see the sea", "one two four five six seven"]), WORDS)
cases, rows = [], []
for index in range(8):
    sentence = SENTENCES[index % len(SENTENCES)]
    path = [0, 0]
    for letter in sentence:
        path += [INDEX[letter]] * int(rng.integers(1, 3)) + [0] * int(rng.integers(1, 3))
    logits = rng.standard_normal((len(path), len(LABELS))) * 1.5
    logits[np.arange(len(path)), path] += 4.0
    log_probs = (logits - np.log(np.exp(logits).sum(1, keepdims=True))).astype("<f4")
    settings = {"alpha": 0.6, "beta": 1.0, "width": 24, "cutoff": -9.0} if index % 2 == 0 else {"alpha": 1.2, "beta": 0.3, "width": 6, "cutoff": -7.0}
    beam = Beam(WORDS, bigrams, settings["alpha"], settings["beta"], settings["width"], settings["cutoff"])
    cases.append({"frames": len(path), "sentence": sentence, "beam": beam.decode(log_probs.tolist()), **settings})
    rows.append(log_probs)
np.concatenate(rows).tofile("beam.f32")
with open("beam.json", "w") as file:
    json.dump({"labels": LABELS, "words": WORDS, "bigrams": [[p, w, n] for (p, w), n in bigrams.pairs.items()], "cases": cases}, file, indent=0)
print(*((c["sentence"], c["beam"]) for c in cases), sep="\n")
