"""What the recognizer (beam) hears of our voice and of espeak-ng with the same voice, on sentences that neither was trained on.

  python3 -m voice.evaluate [--count 200] [--show 5]

Our voice goes the whole way of the sample: words through the lexicon, ids in Piper's layout, the exported settings.
"""
import argparse
import pickle
import random
import re

import numpy as np
import torch

import domain
from recognizer.corpus import plain
from recognizer.evaluate import Score, shipped_beam
from recognizer.export import load as load_recognizer
from recognizer.network import greedy
from speech.espeak import Speaker
from speech.features import batch, fbank
from speech.text import capitalised, spoken_sentences
from voice.corpus import RATE, VOICE, WORK
from voice.export import inputs, load
from voice.lexicon import load as load_lexicon


def sentences(count, seen, seed=4242):
    """Half single sentences of answers with unseen values, half questions with unseen wordings or values; none of the training corpus."""
    rng, out = random.Random(seed), {"answers": [], "questions": []}
    while any(len(v) < count // 2 for v in out.values()):
        if rng.random() < 0.5:
            kind, text = "answers", rng.choice(re.split(r"(?<=[.?!])\s+", spoken_sentences(domain.reply(rng, "values"))))
        else:
            kind, text = "questions", domain.spoken_question(rng, rng.choice(["values", "wordings", "held"])) + "?"
        if text not in seen and len(out[kind]) < count // 2:
            seen.add(text)
            out[kind].append(text)
    return out


@torch.no_grad()
def hear(recognizer, samples, noise_rng):
    samples = np.concatenate([np.zeros(3200), samples / np.abs(samples).max() * 0.5, np.zeros(4800)])
    samples = (samples + noise_rng.standard_normal(len(samples)) * 0.002).astype(np.float32)
    return recognizer(batch([fbank(samples)]), torch.zeros(2, 1, recognizer.hidden))[0][0]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--show", type=int, default=0)
    a = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    recognizer, beam, voice, speaker, words = load_recognizer(), shipped_beam(), load(), Speaker(), load_lexicon()
    with open(WORK / "corpus.pkl", "rb") as file:
        seen = {x["text"] for x in pickle.load(file)}
    noise_rng = np.random.default_rng(0)
    print("| sentences | spoken by | utterances | words | greedy WER | beam WER |\n|---|---|---|---|---|---|")
    for kind, texts in sentences(a.count, seen).items():
        scores = {who: (Score(), Score()) for who in ("espeak-ng", "our voice")}
        show = a.show
        for text in texts:
            with torch.no_grad():
                ours = voice(*inputs(text, words, noise=0.333))[0, 0, 0].numpy()
            theirs, _ = speaker.say(capitalised(text), VOICE, RATE)
            for who, samples in (("espeak-ng", theirs), ("our voice", ours)):
                log_probs = hear(recognizer, samples, noise_rng)
                scores[who][0].add(greedy(log_probs), plain(text))
                heard = beam.decode(log_probs.tolist())
                if scores[who][1].add(heard, plain(text)) and who == "our voice" and show:
                    show -= 1
                    print(f"    {text}\n    -> {heard}")
        for who, (raw, searched) in scores.items():
            print(f"| {kind} | {who} | {searched.count} | {searched.words} | {raw} | {searched} |", flush=True)


if __name__ == "__main__":
    main()
