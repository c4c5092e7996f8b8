"""Writes tiny random graphs of the layouts that the speech code loads: tiny-ctc/ and tiny-voice/.

Run in this folder with Debian's python3-onnx:  python3 tiny_models.py
The names of the recognizer's tensors differ from those of the project's own model on purpose: they are read from the session.
"""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(7)
OPSET = [helper.make_opsetid("", 17)]


def weight(name, *shape, scale=0.3):
    return numpy_helper.from_array((rng.standard_normal(shape) * scale).astype(np.float32), name)


def save(graph, path):
    model = helper.make_model(graph, opset_imports=OPSET, ir_version=8)
    onnx.checker.check_model(model)
    Path(path).write_bytes(model.SerializeToString())


def ctc(folder):
    """feats [N, T, 20] -> Conv (kernel 11, stride 3) -> GRU with a state -> 5 labels; output t needs inputs 3t .. 3t + 10."""
    folder.mkdir(exist_ok=True)
    hidden, mels, labels = 6, 20, 5
    nodes = [
        helper.make_node("Transpose", ["feats"], ["by_mel"], perm=[0, 2, 1]),
        helper.make_node("Conv", ["by_mel", "conv_w", "conv_b"], ["conv"], strides=[3], kernel_shape=[11]),
        helper.make_node("Tanh", ["conv"], ["active"]),
        helper.make_node("Transpose", ["active"], ["by_time"], perm=[2, 0, 1]),
        helper.make_node("GRU", ["by_time", "gru_w", "gru_r", "", "", "gru_state"], ["gru", "next_gru_state"], hidden_size=hidden),
        helper.make_node("Squeeze", ["gru", "one"], ["flat"]),
        helper.make_node("MatMul", ["flat", "out_w"], ["logits_t"]),
        helper.make_node("Transpose", ["logits_t"], ["logits"], perm=[1, 0, 2]),
        helper.make_node("LogSoftmax", ["logits"], ["scores"], axis=-1),
    ]
    save(helper.make_graph(
        nodes, "tiny-ctc",
        [helper.make_tensor_value_info("gru_state", TensorProto.FLOAT, [1, "batch", hidden]),
         helper.make_tensor_value_info("feats", TensorProto.FLOAT, ["batch", "frames", mels])],
        [helper.make_tensor_value_info("next_gru_state", TensorProto.FLOAT, [1, "batch", hidden]),
         helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", "outputs", labels])],
        [weight("conv_w", hidden, mels, 11, scale=0.1), weight("conv_b", hidden), weight("gru_w", 1, 3 * hidden, hidden, scale=1.5),
         weight("gru_r", 1, 3 * hidden, hidden, scale=1.0), weight("out_w", hidden, labels, scale=4.0),
         numpy_helper.from_array(np.array([1], np.int64), "one")]), folder / "recognizer.onnx")
    (folder / "recognizer.json").write_text(json.dumps({
        "labels": ["_", " ", "a", "b", "c"], "blank": 0, "sample_rate": 8000,
        "features": {"type": "kaldi-fbank", "mels": mels, "left_context": 8, "left_context_value": -15.9, "high_freq": 0},
        "stride": 3, "receptive_frames": 11, "beam": {"alpha": 0.5, "beta": 0.5, "width": 8, "cutoff": -20}}, indent=1))
    (folder / "lexicon.txt").write_text("a\nab\nba\ncab\n")
    (folder / "bigrams.tsv").write_text("<s>\ta\t3\na\tcab\t2\ncab\t</s>\t2\n")


def voice(folder):
    """Piper's inputs; the sound holds, for each id, 100 samples of id / 100, speaker / 1000 added, times the length scale."""
    folder.mkdir(exist_ok=True)
    floats = lambda name, *values: numpy_helper.from_array(np.array(values, np.float32), name)
    nodes = [
        helper.make_node("Cast", ["input"], ["ids"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["ids", "hundredth"], ["levels"]),
        helper.make_node("Cast", ["sid"], ["speaker"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["speaker", "thousandth"], ["offset"]),
        helper.make_node("Add", ["levels", "offset"], ["spoken"]),
        helper.make_node("Unsqueeze", ["spoken", "last"], ["column"]),
        helper.make_node("Slice", ["scales", "from", "to"], ["length_scale"]),
        helper.make_node("Mul", ["length_scale", "hundred"], ["samples_f"]),
        helper.make_node("Cast", ["samples_f"], ["samples"], to=TensorProto.INT64),
        helper.make_node("Concat", ["ones", "samples"], ["expand_to"], axis=0),
        helper.make_node("Expand", ["column", "expand_to"], ["blocks"]),
        helper.make_node("Reshape", ["blocks", "flat"], ["output"]),
        helper.make_node("Cast", ["input_lengths"], ["unused"], to=TensorProto.FLOAT),
    ]
    int64 = lambda name, *values: numpy_helper.from_array(np.array(values, np.int64), name)
    save(helper.make_graph(
        nodes, "tiny-voice",
        [helper.make_tensor_value_info("input", TensorProto.INT64, ["batch_size", "phonemes"]),
         helper.make_tensor_value_info("input_lengths", TensorProto.INT64, ["batch_size"]),
         helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
         helper.make_tensor_value_info("sid", TensorProto.INT64, ["batch_size"])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch_size", 1, "one", "time"])],
        [floats("hundredth", 0.01), floats("thousandth", 0.001), floats("hundred", 100), int64("last", 2), int64("from", 1), int64("to", 2),
         int64("ones", 1, 1), int64("flat", 1, 1, 1, -1)]), folder / "voice.onnx")
    symbols = ["_", "^", "$", " ", ",", ".", "ˈ", "a", "b", "r"]
    (folder / "voice.onnx.json").write_text(json.dumps({
        "audio": {"sample_rate": 22050}, "espeak": {"voice": "en-us"}, "inference": {"noise_scale": 0.5, "length_scale": 1.0, "noise_w": 0.5},
        "phoneme_id_map": {s: [i] for i, s in enumerate(symbols)} | {"ð": [10, 11]},
        "num_speakers": 3, "speaker_id_map": {"ann": 0, "bob": 2}}, ensure_ascii=False, indent=1), encoding="utf8")
    (folder / "lexicon.tsv").write_text("ab\tˈab\nba\tba\nodd\tðɹ\n", encoding="utf8")


ctc(Path("tiny-ctc"))
voice(Path("tiny-voice"))
