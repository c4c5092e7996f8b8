"""Write models/voice: the graph with Piper's inputs and output, Piper's settings file, the lexicon and a reference for ports.

  python3 -m voice.export
"""
import argparse
import json
from pathlib import Path

import torch

from voice.corpus import RATE, VOICE, WORK
from voice.lexicon import load as load_lexicon
from voice.lexicon import phonemes
from voice.network import SAMPLE_RATE, PiperGraph, Voice
from voice.symbols import ID_MAP, ids

FOLDER = Path(__file__).resolve().parents[2] / "voice"
REFERENCE_TEXT = "your balance is forty two dollars and fifty cents."


def load():
    voice = Voice(len(ID_MAP))
    voice.load_state_dict(torch.load(WORK / "voice.pt")["model"])
    return PiperGraph(voice.eval()).eval()


def inputs(text, words, noise=0.0, length=1.0):
    sequence = ids(phonemes(text, words))
    return torch.tensor([sequence]), torch.tensor([len(sequence)]), torch.tensor([noise, length, 0.0])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    graph, words = load(), load_lexicon()
    example = inputs(REFERENCE_TEXT, words)
    torch.onnx.export(graph, example, str(folder / "voice.onnx"), opset_version=17, input_names=["input", "input_lengths", "scales"],
                      output_names=["output"], dynamic_axes={"input": {1: "phonemes"}, "output": {3: "time"}})
    settings = {
        "audio": {"sample_rate": SAMPLE_RATE, "quality": "small"}, "espeak": {"voice": "en-us"}, "language": {"code": "en_US"},
        "inference": {"noise_scale": 0.333, "length_scale": 1.0, "noise_w": 0.0}, "phoneme_type": "espeak", "phoneme_map": {},
        "phoneme_id_map": ID_MAP, "num_symbols": len(ID_MAP), "num_speakers": 1, "speaker_id_map": {},
        "trained_on": f"espeak-ng {VOICE} at {RATE} words a minute"}
    lines = ",\n".join(f" {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in settings.items())
    (folder / "voice.onnx.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf8")
    (folder / "lexicon.tsv").write_text("".join(f"{w}\t{p}\n" for w, p in sorted(words.items())), encoding="utf8")
    with torch.no_grad():
        samples = graph(*example)[0, 0, 0]
    (folder / "reference.json").write_text(json.dumps({
        "text": REFERENCE_TEXT, "phonemes": phonemes(REFERENCE_TEXT, words), "ids": example[0][0].tolist(),
        "scales": example[2].tolist(), "samples": len(samples), "rms": round(float(samples.square().mean().sqrt()), 5),
        "at_4000": [round(v, 5) for v in samples[4000:4032].tolist()],
    }, ensure_ascii=False, indent=1), encoding="utf8")
    print(f"{len(words)} words, {sum(p.numel() for p in graph.parameters()) / 1e6:.2f} M parameters, "
          f"reference {len(samples) / SAMPLE_RATE:.2f} s")


if __name__ == "__main__":
    main()
