"""Writes tiny random-weight language models in the layouts the library loads, and what a plain numpy decoder says they answer.

tiny-genai       onnxruntime-genai folder, GroupQueryAttention, float32, shared past and present
tiny-genai-fp16  the same weights with float16 key/value tensors and logits
tiny-optimum     Optimum's text-generation-with-past layout: position_ids, growing past, explicit attention

Needs numpy and onnx 1.12 or later; run in this folder after make_tokenizer_fixtures.py.
"""
import json
import os
import shutil

import numpy as np
from onnx import TensorProto as T, helper as H, numpy_helper as N, save

LAYERS, WIDTH, HEADS, KV, HEAD, INNER, POSITIONS = 2, 16, 4, 2, 16, 24, 160
tokens = json.load(open("qwen.tokenizer.json", encoding="utf8"))
VOCAB = len(tokens["model"]["vocab"]) + len(tokens["added_tokens"])
EOS = next(a["id"] for a in tokens["added_tokens"] if a["content"] == "<|im_end|>")
rng = np.random.default_rng(7)


def matrix(rows, columns, scale=1.0):
    return (rng.standard_normal((rows, columns)) * scale / np.sqrt(rows)).astype(np.float16).astype(np.float32)


EMBED = matrix(VOCAB, WIDTH, 12)
# Random weights repeat themselves; a head that is not tied to the embedding wanders, and looks more like a real model.
LM_HEAD = matrix(WIDTH, VOCAB, 2)
LAYER = [dict(n1=np.ones(WIDTH, np.float32), n2=np.ones(WIDTH, np.float32), qkv=matrix(WIDTH, (HEADS + 2 * KV) * HEAD, 1.5),
              o=matrix(HEADS * HEAD, WIDTH, 1.5), g=matrix(WIDTH, INNER), u=matrix(WIDTH, INNER), d=matrix(INNER, WIDTH)) for _ in range(LAYERS)]
NORM = np.ones(WIDTH, np.float32)
ANGLES = np.arange(POSITIONS)[:, None] / (10000 ** (np.arange(0, HEAD, 2) / HEAD))
COS, SIN = np.cos(ANGLES).astype(np.float32), np.sin(ANGLES).astype(np.float32)


def numpy_logits(ids):
    """All rows of logits for a whole sequence, without any cache."""
    def norm(x, w):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5) * w

    def rotate(x):
        c, s, half = COS[:len(ids), None], SIN[:len(ids), None], HEAD // 2
        a, b = x[..., :half], x[..., half:]
        return np.concatenate([a * c - b * s, b * c + a * s], -1)

    x = EMBED[ids]
    for w in LAYER:
        parts = norm(x, w["n1"]) @ w["qkv"]
        q, k, v = np.split(parts, [HEADS * HEAD, (HEADS + KV) * HEAD], -1)
        q, k = rotate(q.reshape(-1, HEADS, HEAD)), rotate(k.reshape(-1, KV, HEAD))
        k, v = np.repeat(k, HEADS // KV, 1), np.repeat(v.reshape(-1, KV, HEAD), HEADS // KV, 1)
        scores = np.einsum("qhd,khd->hqk", q, k) / np.sqrt(HEAD)
        scores[:, np.triu(np.ones((len(ids), len(ids)), bool), 1)] = -1e9
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        x = x + np.einsum("hqk,khd->qhd", weights, v).reshape(-1, HEADS * HEAD) @ w["o"]
        z = norm(x, w["n2"])
        g = z @ w["g"]
        x = x + (g / (1 + np.exp(-g)) * (z @ w["u"])) @ w["d"]
    return norm(x, NORM) @ LM_HEAD


class Graph:
    def __init__(self):
        self.nodes, self.constants = [], []

    def const(self, name, array):
        self.constants.append(N.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, op, inputs, output, **attributes):
        outputs = output if isinstance(output, list) else [output]
        self.nodes.append(H.make_node(op, inputs, outputs, **attributes))
        return outputs[0]

    def matmul(self, x, weights, output):
        return self.node("MatMul", [x, self.const(output + ".w", weights)], output)

    def rms(self, x, weights, output):
        return self.node("SimplifiedLayerNormalization", [x, self.const(output + ".w", weights)], output, axis=-1, epsilon=1e-5, stash_type=1)

    def feed_forward(self, i, x, residual):
        w = LAYER[i]
        g, u = self.matmul(x, w["g"], f"l{i}.g"), self.matmul(x, w["u"], f"l{i}.u")
        self.node("Sigmoid", [g], f"l{i}.s")
        self.node("Mul", [g, f"l{i}.s"], f"l{i}.silu")
        self.node("Mul", [f"l{i}.silu", u], f"l{i}.gu")
        return self.node("Add", [residual, self.matmul(f"l{i}.gu", w["d"], f"l{i}.d")], f"l{i}.out")

    def write(self, path, inputs, outputs):
        save(H.make_model(H.make_graph(self.nodes, "main_graph", inputs, outputs, self.constants),
                          opset_imports=[H.make_opsetid("", 17), H.make_opsetid("com.microsoft", 1)], ir_version=8,
                          producer_name="agentchain"), path)


def value(name, kind, shape):
    return H.make_tensor_value_info(name, kind, shape)


def cache(prefix, kind, length):
    return [value(f"{prefix}.{i}.{part}", kind, ["batch_size", KV, length, HEAD]) for i in range(LAYERS) for part in ("key", "value")]


def genai(folder, half):
    kind, dtype = (T.FLOAT16, np.float16) if half else (T.FLOAT, np.float32)
    g = Graph()
    g.node("ReduceSum", ["attention_mask", g.const("axis", np.array([1], np.int64))], "count", keepdims=0)
    g.node("Sub", ["count", g.const("one", np.array(1, np.int64))], "last")
    g.node("Cast", ["last"], "seqlens_k", to=T.INT32)
    g.node("Shape", ["attention_mask"], "mask_shape")
    g.node("Gather", ["mask_shape", g.const("at", np.array(1, np.int64))], "total", axis=0)
    g.node("Cast", ["total"], "total_sequence_length", to=T.INT32)
    g.const("cos_cache", COS.astype(dtype))
    g.const("sin_cache", SIN.astype(dtype))
    x = g.node("Gather", [g.const("embed", EMBED), "input_ids"], "x0")
    for i, w in enumerate(LAYER):
        qkv = g.matmul(g.rms(x, w["n1"], f"l{i}.n1"), w["qkv"], f"l{i}.qkv")
        if half:
            qkv = g.node("Cast", [qkv], f"l{i}.qkv16", to=T.FLOAT16)
        past, present = f"past_key_values.{i}", f"present.{i}"
        attended = g.node(
            "GroupQueryAttention", [qkv, "", "", past + ".key", past + ".value", "seqlens_k", "total_sequence_length", "cos_cache", "sin_cache"],
            [f"l{i}.att", present + ".key", present + ".value"], domain="com.microsoft", num_heads=HEADS, kv_num_heads=KV, do_rotary=1,
            rotary_interleaved=0, scale=float(1 / np.sqrt(HEAD)))
        if half:
            attended = g.node("Cast", [attended], f"l{i}.att32", to=T.FLOAT)
        x = g.node("Add", [x, g.matmul(attended, w["o"], f"l{i}.o")], f"l{i}.res")
        x = g.feed_forward(i, g.rms(x, w["n2"], f"l{i}.n2"), x)
    logits = g.matmul(g.rms(x, NORM, "norm"), LM_HEAD, "logits32" if half else "logits")
    if half:
        g.node("Cast", [logits], "logits", to=T.FLOAT16)
    os.makedirs(folder, exist_ok=True)
    g.write(f"{folder}/model.onnx",
            [value("input_ids", T.INT64, ["batch_size", "sequence_length"]), value("attention_mask", T.INT64, ["batch_size", "total_sequence_length"]),
             *cache("past_key_values", kind, "past_sequence_length")],
            [value("logits", kind, ["batch_size", "sequence_length", VOCAB]), *cache("present", kind, "total_sequence_length")])
    config = {
        "model": {"type": "llama", "bos_token_id": EOS - 2, "eos_token_id": [EOS, EOS - 2], "pad_token_id": EOS - 2, "context_length": POSITIONS,
                  "vocab_size": VOCAB, "decoder": {
                      "filename": "model.onnx", "head_size": HEAD, "hidden_size": WIDTH, "num_attention_heads": HEADS, "num_hidden_layers": LAYERS,
                      "num_key_value_heads": KV, "session_options": {"provider_options": []},
                      "inputs": {"input_ids": "input_ids", "attention_mask": "attention_mask", "past_key_names": "past_key_values.%d.key",
                                 "past_value_names": "past_key_values.%d.value"},
                      "outputs": {"logits": "logits", "present_key_names": "present.%d.key", "present_value_names": "present.%d.value"}}},
        "search": {"do_sample": False, "max_length": POSITIONS, "temperature": 1.0, "top_k": 1, "top_p": 1.0, "repetition_penalty": 1.0,
                   "past_present_share_buffer": True},
    }
    json.dump(config, open(f"{folder}/genai_config.json", "w"), indent=1)
    shutil.copy("qwen.tokenizer.json", f"{folder}/tokenizer.json")


def optimum(folder):
    g = Graph()
    c = g.const
    c("cos_cache", np.concatenate([COS, COS], -1))
    c("sin_cache", np.concatenate([SIN, SIN], -1))
    for name in ("cos", "sin"):
        g.node("Gather", [name + "_cache", "position_ids"], name + "3", axis=0)
        g.node("Unsqueeze", [name + "3", c(name + ".axis", np.array([1], np.int64))], name)
    g.node("Shape", ["attention_mask"], "mask_shape")
    g.node("Gather", ["mask_shape", c("at", np.array(1, np.int64))], "total", axis=0)
    g.node("Range", [c("zero", np.array(0, np.int64)), "total", c("step", np.array(1, np.int64))], "keys")
    g.node("Unsqueeze", ["position_ids", c("last_axis", np.array([2], np.int64))], "queries")
    g.node("Greater", ["keys", "queries"], "later")
    g.node("Where", ["later", c("low", np.array(-1e9, np.float32)), c("none", np.array(0, np.float32))], "mask3")
    g.node("Unsqueeze", ["mask3", c("mask_axis", np.array([1], np.int64))], "mask")
    c("heads", np.array([0, 0, HEADS + 2 * KV, HEAD], np.int64))
    c("sizes", np.array([HEADS, KV, KV], np.int64))
    c("flat", np.array([0, 0, HEADS * HEAD], np.int64))
    c("scale", np.array(1 / np.sqrt(HEAD), np.float32))
    c("half", np.array([HEAD // 2, HEAD // 2], np.int64))
    x = g.node("Gather", [c("embed", EMBED), "input_ids"], "x0")
    for i, w in enumerate(LAYER):
        p = f"l{i}."
        g.matmul(g.rms(x, w["n1"], p + "n1"), w["qkv"], p + "qkv")
        g.node("Reshape", [p + "qkv", "heads"], p + "split")
        g.node("Transpose", [p + "split"], p + "bhtd", perm=[0, 2, 1, 3])
        g.node("Split", [p + "bhtd", "sizes"], [p + "q", p + "k", p + "v"], axis=1)
        for t in ("q", "k"):
            g.node("Split", [p + t, "half"], [p + t + "1", p + t + "2"], axis=3)
            g.node("Neg", [p + t + "2"], p + t + "n")
            g.node("Concat", [p + t + "n", p + t + "1"], p + t + "r", axis=3)
            g.node("Mul", [p + t, "cos"], p + t + "c")
            g.node("Mul", [p + t + "r", "sin"], p + t + "s")
            g.node("Add", [p + t + "c", p + t + "s"], p + t + "e")
        for t, new in (("key", p + "ke"), ("value", p + "v")):
            g.node("Concat", [f"past_key_values.{i}.{t}", new], f"present.{i}.{t}", axis=2)
            g.node("Split", [f"present.{i}.{t}", c(p + t + ".each", np.ones(KV, np.int64))], [f"{p}{t}.{j}" for j in range(KV)], axis=1)
            g.node("Concat", [f"{p}{t}.{j}" for j in range(KV) for _ in range(HEADS // KV)], p + t + "s", axis=1)
        g.node("Transpose", [p + "keys"], p + "keys_t", perm=[0, 1, 3, 2])
        g.node("MatMul", [p + "qe", p + "keys_t"], p + "dots")
        g.node("Mul", [p + "dots", "scale"], p + "scaled")
        g.node("Add", [p + "scaled", "mask"], p + "masked")
        g.node("Softmax", [p + "masked"], p + "weights", axis=-1)
        g.node("MatMul", [p + "weights", p + "values"], p + "mixed")
        g.node("Transpose", [p + "mixed"], p + "bthd", perm=[0, 2, 1, 3])
        g.node("Reshape", [p + "bthd", "flat"], p + "att")
        x = g.node("Add", [x, g.matmul(p + "att", w["o"], p + "o")], p + "res")
        x = g.feed_forward(i, g.rms(x, w["n2"], p + "n2"), x)
    g.matmul(g.rms(x, NORM, "norm"), LM_HEAD, "logits")
    os.makedirs(folder, exist_ok=True)
    g.write(f"{folder}/model.onnx",
            [value("input_ids", T.INT64, ["batch_size", "sequence_length"]), value("attention_mask", T.INT64, ["batch_size", "total_sequence_length"]),
             value("position_ids", T.INT64, ["batch_size", "sequence_length"]), *cache("past_key_values", T.FLOAT, "past_sequence_length")],
            [value("logits", T.FLOAT, ["batch_size", "sequence_length", VOCAB]), *cache("present", T.FLOAT, "total_sequence_length")])
    json.dump({"model_type": "llama", "eos_token_id": EOS, "max_position_embeddings": POSITIONS}, open(f"{folder}/config.json", "w"), indent=1)
    shutil.copy("qwen.tokenizer.json", f"{folder}/tokenizer.json")


def reference():
    cases = []
    for length, seed in ((3, 1), (17, 2), (40, 3)):
        prompt = np.random.default_rng(seed).integers(0, VOCAB - 5, length).tolist()
        ids = list(prompt)
        for _ in range(24):
            row = numpy_logits(np.array(ids))[-1]
            ids.append(int(row.argmax()))
            if ids[-1] in (EOS, EOS - 2):
                break
        cases.append({"prompt": prompt, "greedy": ids[length:], "first_logits": [round(float(v), 4) for v in numpy_logits(np.array(prompt))[-1][:8]]})
    json.dump(cases, open("tiny-language.reference.json", "w"))
    print([c["greedy"] for c in cases])


genai("tiny-genai", False)
genai("tiny-genai-fp16", True)
optimum("tiny-optimum")
reference()
