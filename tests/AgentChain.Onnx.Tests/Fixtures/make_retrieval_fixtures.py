"""Writes tiny encoders in the output layouts of sentence-transformers exports. Needs numpy and onnx 1.12 or later; run in this folder.

tiny-encoder-hidden   input_ids, attention_mask, token_type_ids -> last_hidden_state; 1_Pooling/config.json asks for the mean
tiny-encoder-first    input_ids, attention_mask -> token_embeddings; 1_Pooling/config.json asks for the first token
tiny-encoder-pooled   input_ids, attention_mask -> token_embeddings and an already pooled sentence_embedding
"""
import json
import os

import numpy as np
from onnx import TensorProto as T, helper as H, numpy_helper as N, save

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "green", "blue"]
# Simple numbers, so that a reader can work the expected vectors out: [CLS] is (4, 0), [SEP] (0, 4), red (3, 0), green (0, 1), blue (-1, 0).
TABLE = np.array([[9, 9], [7, 7], [4, 0], [0, 4], [3, 0], [0, 1], [-1, 0]], np.float32)


def value(name, kind, *shape):
    return H.make_tensor_value_info(name, kind, shape)


def write(folder, inputs, nodes, outputs, constants):
    os.makedirs(folder, exist_ok=True)
    graph = H.make_graph(nodes, "encoder", [value(n, T.INT64, "batch", "length") for n in inputs], outputs, constants)
    save(H.make_model(graph, opset_imports=[H.make_opsetid("", 17)], ir_version=8, producer_name="agentchain"), f"{folder}/model.onnx")
    vocab = {w: i for i, w in enumerate(WORDS)}
    one = {t: {"id": t, "ids": [vocab[t]], "tokens": [t]} for t in ("[CLS]", "[SEP]")}
    json.dump({
        "version": "1.0", "truncation": {"max_length": 5, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
        "added_tokens": [{"id": vocab[t], "content": t, "special": True, "normalized": False} for t in WORDS[:4]],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                                                                   {"SpecialToken": {"id": "[SEP]", "type_id": 0}}], "pair": [], "special_tokens": one},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab},
    }, open(f"{folder}/tokenizer.json", "w"))


table = N.from_array(TABLE, "table")
# Both further inputs are used, so that no optimiser can drop them.
touch = [H.make_node("Cast", ["attention_mask"], ["mask"], to=T.FLOAT), H.make_node("Unsqueeze", ["mask", "two"], ["mask3"])]
two = N.from_array(np.array([2], np.int64), "two")
zero = N.from_array(np.array(0, np.float32), "zero")

write("tiny-encoder-hidden", ["input_ids", "attention_mask", "token_type_ids"], [
    *touch, H.make_node("Gather", ["table", "input_ids"], ["words"]),
    H.make_node("Cast", ["token_type_ids"], ["types"], to=T.FLOAT), H.make_node("Unsqueeze", ["types", "two"], ["types3"]),
    H.make_node("Mul", ["mask3", "zero"], ["nothing"]), H.make_node("Add", ["words", "types3"], ["typed"]),
    H.make_node("Add", ["typed", "nothing"], ["last_hidden_state"]),
], [value("last_hidden_state", T.FLOAT, "batch", "length", 2)], [table, two, zero])

write("tiny-encoder-first", ["input_ids", "attention_mask"], [
    *touch, H.make_node("Gather", ["table", "input_ids"], ["words"]), H.make_node("Mul", ["mask3", "zero"], ["nothing"]),
    H.make_node("CumSum", ["words", "axis"], ["sums"], reverse=1), H.make_node("Add", ["sums", "nothing"], ["token_embeddings"]),
], [value("token_embeddings", T.FLOAT, "batch", "length", 2)], [table, two, zero, N.from_array(np.array(1, np.int64), "axis")])
for folder, first in (("tiny-encoder-hidden", False), ("tiny-encoder-first", True)):
    os.makedirs(f"{folder}/1_Pooling", exist_ok=True)
    json.dump({"word_embedding_dimension": 2, "pooling_mode_cls_token": first, "pooling_mode_mean_tokens": not first},
              open(f"{folder}/1_Pooling/config.json", "w"))

write("tiny-encoder-pooled", ["input_ids", "attention_mask"], [
    *touch, H.make_node("Gather", ["table", "input_ids"], ["token_embeddings"]), H.make_node("Mul", ["token_embeddings", "mask3"], ["masked"]),
    H.make_node("ReduceMax", ["masked"], ["sentence_embedding"], axes=[1], keepdims=0),
], [value("token_embeddings", T.FLOAT, "batch", "length", 2), value("sentence_embedding", T.FLOAT, "batch", 2)], [table, two])
