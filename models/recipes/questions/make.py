"""Speak the sample's bundled questions with voices that the recognizer never trained on, keeping those that it hears without a mistake.

  python3 -m questions.make            writes samples/VoiceAgent/Questions/*.wav and questions.json

Each question goes through the held-out voices in a fixed order until one is heard word for word; training voices come last and are named as such.
"""
import json
import wave
from pathlib import Path

import numpy as np
import torch

from recognizer.corpus import plain
from recognizer.evaluate import shipped_beam
from recognizer.export import load
from speech import voices
from speech.espeak import SAMPLE_RATE, Speaker
from speech.features import batch, fbank

FOLDER = Path(__file__).resolve().parents[3] / "samples" / "VoiceAgent" / "Questions"
QUESTIONS = [  # file, agent, customer's account, text
    ("01-hello", "smalltalk", "482915", "hello this is maria lopez"),
    ("02-balance", "billing", "482915", "what is my balance"),
    ("03-due", "billing", "482915", "when is my payment due"),
    ("04-account", "billing", "482915", "my account number is four eight two nine one five what is my monthly price"),
    ("05-card", "billing", "482915", "my card ends in four eight two one when will you charge me"),
    ("06-name", "billing", "730264", "this is kenji wright what name is on the account"),
    ("07-roaming", "support", "730264", "how much is roaming"),
    ("08-refund", "support", "730264", "how do i get a refund"),
    ("09-sim", "support", "156308", "i need a new sim card"),
    ("10-password", "support", "156308", "i forgot my password"),
    ("11-visit", "support", "156308", "when will the technician arrive"),
    ("12-goodbye", "smalltalk", "156308", "thank you goodbye"),
]
LEAD, TAIL = 0.3, 0.8


def candidates():
    for accent in voices.HELD_ACCENTS:
        for variant in voices.HELD_VARIANTS:
            yield f"{accent}+{variant}", "unseen accent and variant"
    for variant in voices.HELD_VARIANTS:
        for accent in voices.ACCENTS:
            yield f"{accent}+{variant}", "unseen variant"
    for accent in voices.ACCENTS:
        yield accent, "training voice"


def record(speaker, text, voice, rng):
    speech, _ = speaker.say(text, voice, 160)
    loud = np.flatnonzero(np.abs(speech) > 0.01)
    speech = speech[max(0, loud[0] - 160):loud[-1] + 320]
    samples = np.concatenate([np.zeros(int(LEAD * SAMPLE_RATE)), speech / np.abs(speech).max() * 0.5, np.zeros(int(TAIL * SAMPLE_RATE))])
    return np.round((samples + rng.standard_normal(len(samples)) * 0.001) * 32767).astype(np.int16)


def main():
    torch.set_num_threads(1)
    speaker, model, beam, index = Speaker(), load(), shipped_beam(), []
    FOLDER.mkdir(parents=True, exist_ok=True)
    voices_in_order, turn = list(candidates()), 0
    held = len(voices.HELD_ACCENTS) * len(voices.HELD_VARIANTS)
    for file, agent, customer, text in QUESTIONS:
        order = voices_in_order[turn:held] + voices_in_order[:turn] + voices_in_order[held:]  # a different voice first each time
        turn = (turn + 5) % held
        for tried, (voice, kind) in enumerate(order):
            pcm = record(speaker, text, voice, np.random.default_rng(tried))
            with torch.no_grad():
                log_probs = model(batch([fbank(pcm.astype(np.float32) / 32768)]), torch.zeros(2, 1, model.hidden))[0][0]
            if beam.decode(log_probs.tolist()) == plain(text):
                break
        else:
            raise RuntimeError(f"no voice says {text!r} so that the recognizer hears it")
        with wave.open(str(FOLDER / f"{file}.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(SAMPLE_RATE)
            out.writeframes(pcm.tobytes())
        index.append({"file": f"{file}.wav", "text": text, "agent": agent, "customer": customer})
        print(f"| {file} | {text} | {len(pcm) / SAMPLE_RATE:.1f} s | {voice} ({kind}) | {tried + 1} |", flush=True)
    (FOLDER / "questions.json").write_text("[\n" + ",\n".join(" " + json.dumps(q) for q in index) + "\n]\n")


if __name__ == "__main__":
    main()
