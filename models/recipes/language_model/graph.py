"""Writes the decoder as an onnxruntime-genai style graph: one GroupQueryAttention a layer with rotary positions inside
and past and present keys and values that may be the same buffer; fused skip + RMS normalisation; no position_ids.

Inputs `input_ids` and `attention_mask` int64 [batch, length] and [batch, past + length], `past_key_values.N.key|value`
float [batch, kv heads, past, head size]; outputs `logits` float [batch, length, vocab] and `present.N.key|value`.
"""

import math

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"


class _Graph:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, kind, inputs, outputs, **attributes):
        outputs = [outputs] if isinstance(outputs, str) else outputs
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=f"{outputs[0]}/{kind}", **attributes))
        return outputs[0]

    def linear(self, x, weight, name):
        return self.node("MatMul", [x, self.constant(name + ".weight", weight.T)], name)


def write(weights: dict, shape: dict, positions: int, rotary_base: float, path) -> None:
    """`weights`: the state of `llama.Llama` as arrays; `positions`: rows of the rotary cache, the longest context."""
    width, layers, heads, kv_heads, vocab = (shape[k] for k in ("width", "layers", "heads", "kv_heads", "vocab"))
    size, g = width // heads, _Graph()
    _lengths(g)
    angles = np.arange(positions)[:, None] / (rotary_base ** (np.arange(0, size, 2) / size))
    g.constant("cos_cache", np.cos(angles).astype(np.float32))
    g.constant("sin_cache", np.sin(angles).astype(np.float32))
    skip = g.node("Gather", [g.constant("embedding", weights["embedding.weight"]), "input_ids"], "embedded")
    x = g.node("SimplifiedLayerNormalization", [skip, g.constant("norm.first", weights["blocks.0.norm1.weight"])], "normalised",
               axis=-1, epsilon=1e-5, stash_type=1)
    for i in range(layers):
        w = lambda name: weights[f"blocks.{i}.{name}.weight"]
        packed = np.concatenate([w("attention.q"), w("attention.k"), w("attention.v")])
        qkv = g.linear(x, packed, f"layer.{i}.qkv")
        g.node("GroupQueryAttention",
               [qkv, "", "", f"past_key_values.{i}.key", f"past_key_values.{i}.value", "last_positions", "total_length", "cos_cache", "sin_cache"],
               [f"layer.{i}.attention", f"present.{i}.key", f"present.{i}.value"],
               domain=MICROSOFT, num_heads=heads, kv_num_heads=kv_heads, do_rotary=1, rotary_interleaved=0, scale=1 / math.sqrt(size))
        attended = g.linear(f"layer.{i}.attention", w("attention.o"), f"layer.{i}.attention_out")
        x = g.node("SkipSimplifiedLayerNormalization", [skip, attended, g.constant(f"layer.{i}.norm2", w("norm2"))],
                   [f"layer.{i}.middle", "", "", f"layer.{i}.middle_skip"], domain=MICROSOFT, epsilon=1e-5)
        gate = g.linear(x, w("gate"), f"layer.{i}.gate")
        silu = g.node("Mul", [gate, g.node("Sigmoid", [gate], f"layer.{i}.sigmoid")], f"layer.{i}.silu")
        inner = g.node("Mul", [silu, g.linear(x, w("up"), f"layer.{i}.up")], f"layer.{i}.inner")
        down = g.linear(inner, w("down"), f"layer.{i}.down")
        last = i == layers - 1
        norm = weights["norm.weight"] if last else weights[f"blocks.{i + 1}.norm1.weight"]
        outputs = [f"layer.{i}.out"] + ([] if last else ["", "", f"layer.{i}.skip"])
        x = g.node("SkipSimplifiedLayerNormalization", [f"layer.{i}.middle_skip", down, g.constant(f"layer.{i}.norm_out", norm)], outputs,
                   domain=MICROSOFT, epsilon=1e-5)
        skip = f"layer.{i}.skip"
    g.linear(x, weights["embedding.weight"], "logits")
    _save(g, layers, kv_heads, size, vocab, path)


def _lengths(g: _Graph) -> None:
    """From the mask: the last valid position of each row, and the padded total length."""
    one = g.constant("one", np.array([1], np.int64))
    valid = g.node("ReduceSum", ["attention_mask", one], "valid", keepdims=0)
    g.node("Cast", [g.node("Sub", [valid, one], "valid_minus_one")], "last_positions", to=TensorProto.INT32)
    shape = g.node("Shape", ["attention_mask"], "mask_shape")
    g.node("Cast", [g.node("Gather", [shape, g.constant("axis_one", np.array(1, np.int64))], "total_length_64")], "total_length", to=TensorProto.INT32)


def _save(g, layers, kv_heads, size, vocab, path):
    info = helper.make_tensor_value_info
    cache = lambda name, length: [info(f"{name}.{i}.{part}", TensorProto.FLOAT, ["batch_size", kv_heads, length, size])
                                  for i in range(layers) for part in ("key", "value")]
    inputs = [info("input_ids", TensorProto.INT64, ["batch_size", "sequence_length"]),
              info("attention_mask", TensorProto.INT64, ["batch_size", "total_sequence_length"]), *cache("past_key_values", "past_sequence_length")]
    outputs = [info("logits", TensorProto.FLOAT, ["batch_size", "sequence_length", vocab]), *cache("present", "total_sequence_length")]
    graph = helper.make_graph(g.nodes, "language_model", inputs, outputs, g.constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="agentchain")
    onnx.save(model, str(path))
