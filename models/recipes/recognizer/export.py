"""Write models/recognizer: the graph, its settings, lexicon, bigram counts and a reference for ports of the front end and the beam.

  python3 -m recognizer.export [--folder ../recognizer] [--alpha 0.8 --beta 1.5 --width 64 --cutoff -8]
"""
import argparse
import json
import random
import wave
from pathlib import Path

import numpy as np
import torch

from recognizer.beam import Beam
from recognizer.corpus import WORK, degrade
from recognizer.language import bigrams
from recognizer.network import LABELS, RECEPTIVE, STRIDE, Recognizer, greedy
from speech import features
from speech.espeak import Speaker

REFERENCE_TEXT = "my account number is four five six one two three what is my balance"


def load(path=WORK / "recognizer.pt"):
    model = Recognizer()
    model.load_state_dict(torch.load(path)["average"])
    return model.eval()


def graph(model, path):
    x, state = torch.zeros(1, features.LEFT_CONTEXT + 60, features.MELS), torch.zeros(2, 1, model.hidden)
    torch.onnx.export(model, (x, state), path, opset_version=17, input_names=["x", "state"],
                      output_names=["log_probs", "new_state"],
                      dynamic_axes={"x": {0: "N", 1: "T"}, "state": {1: "N"}, "log_probs": {0: "N", 1: "T_out"}, "new_state": {1: "N"}})


def streamed(model, x):
    """The outputs of x fed ten at a time with the state handed on."""
    state, out, i = torch.zeros(2, 1, model.hidden), [], 0
    while i * STRIDE + RECEPTIVE <= x.shape[1]:
        n = min(10, (x.shape[1] - RECEPTIVE) // STRIDE - i + 1)
        log_probs, state = model(x[:, i * STRIDE:i * STRIDE + STRIDE * (n - 1) + RECEPTIVE], state)
        out.append(log_probs)
        i += n
    return torch.cat(out, 1)


def reference(model, beam, folder):
    """reference.wav and reference.json: fbank frames, outputs, greedy text and the beam's text."""
    speech, _ = Speaker().say(REFERENCE_TEXT, "en-gb-scotland+f2", 165)
    samples, _ = degrade(random.Random(5), np.random.default_rng(5), speech)
    pcm = np.clip(np.round(samples * 32767), -32768, 32767).astype(np.int16)
    with wave.open(str(folder / "reference.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(features.SAMPLE_RATE)
        file.writeframes(pcm.tobytes())
    frames = features.fbank(pcm.astype(np.float32) / 32768)
    x = features.batch([frames])
    log_probs = model(x, torch.zeros(2, 1, model.hidden))[0][0]
    difference = float((streamed(model, x)[0] - log_probs).abs().max())
    rows = [0, 10, len(log_probs) // 3, len(log_probs) // 2, len(log_probs) - 1]
    picks = [0, 1, 50, len(frames) // 2, len(frames) - 2, len(frames) - 1]
    round5 = lambda row: [round(v, 5) for v in row.tolist()]
    (folder / "reference.json").write_text(json.dumps({
        "sentence": REFERENCE_TEXT, "frames": len(frames), "outputs": len(log_probs),
        "fbank": {str(i): round5(frames[i]) for i in picks}, "log_probs": {str(i): round5(log_probs[i]) for i in rows},
        "best_labels": log_probs.argmax(-1).tolist(), "greedy": greedy(log_probs), "beam": beam.decode(log_probs.tolist()),
    }, indent=1))
    return difference


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=Path(__file__).resolve().parents[2] / "recognizer")
    parser.add_argument("--alpha", type=float, default=0.8)
    parser.add_argument("--beta", type=float, default=1.5)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--cutoff", type=float, default=-8.0)
    parser.add_argument("--weights", type=float, nargs=3, default=(0.8, 0.15, 0.05))
    a = parser.parse_args()
    a.folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    model, counts = load(), bigrams(tuple(a.weights))
    beam = Beam(counts.words, counts, a.alpha, a.beta, a.width, a.cutoff)
    graph(model, str(a.folder / "recognizer.onnx"))
    (a.folder / "lexicon.txt").write_text("".join(f"{w}\n" for w in counts.words))
    (a.folder / "bigrams.tsv").write_text("".join(f"{p}\t{w}\t{n}\n" for (p, w), n in sorted(counts.pairs.items())))
    (a.folder / "recognizer.json").write_text(json.dumps({
        "labels": LABELS, "blank": 0, "sample_rate": features.SAMPLE_RATE,
        "features": {"type": "kaldi-fbank", "mels": features.MELS, "frame_length_ms": 25, "frame_shift_ms": 10, "low_freq": 20,
                     "high_freq": -400, "preemphasis": 0.97, "window": "povey", "remove_dc_offset": True, "snip_edges": False,
                     "dither": 0, "left_context": features.LEFT_CONTEXT, "left_context_value": features.SILENCE},
        "stride": STRIDE, "receptive_frames": RECEPTIVE, "state_shape": [2, 1, model.hidden],
        "beam": {"alpha": a.alpha, "beta": a.beta, "width": a.width, "cutoff": a.cutoff, "bigram_weight": a.weights[0],
                 "unigram_weight": a.weights[1], "uniform_weight": a.weights[2]},
    }, indent=1))
    with torch.no_grad():
        difference = reference(model, beam, a.folder)
    print(f"{len(counts.words)} words, {len(counts.pairs)} bigrams, chunked against whole {difference:.1e}")


if __name__ == "__main__":
    main()
