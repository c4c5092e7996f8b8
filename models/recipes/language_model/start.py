"""The weights of a released model as a start for another vocabulary: the blocks as they are, a token's row from the same token or from the
mean of the old tokens of its text."""

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from language_model import bpe


def weights_of(path, shape) -> dict:
    """The state of `llama.Llama` from the graph that `graph.write` wrote."""
    held = {i.name: torch.tensor(np.array(numpy_helper.to_array(i))) for i in onnx.load(str(path)).graph.initializer}
    size, layers = shape["width"] // shape["heads"], shape["layers"]
    state = {"embedding.weight": held["embedding"], "blocks.0.norm1.weight": held["norm.first"], "norm.weight": held[f"layer.{layers - 1}.norm_out"]}
    for i in range(layers):
        q, k, v = held[f"layer.{i}.qkv.weight"].t().split([shape["heads"] * size, shape["kv_heads"] * size, shape["kv_heads"] * size])
        part = lambda name: held[f"layer.{i}.{name}"]
        state |= {f"blocks.{i}.attention.q.weight": q, f"blocks.{i}.attention.k.weight": k, f"blocks.{i}.attention.v.weight": v,
                  f"blocks.{i}.attention.o.weight": part("attention_out.weight").t(), f"blocks.{i}.norm2.weight": part("norm2"),
                  f"blocks.{i}.gate.weight": part("gate.weight").t(), f"blocks.{i}.up.weight": part("up.weight").t(),
                  f"blocks.{i}.down.weight": part("down.weight").t()}
        if i < layers - 1:
            state[f"blocks.{i + 1}.norm1.weight"] = part("norm_out")
    return {name: value.contiguous() for name, value in state.items()}


def released(folder, tok, shape) -> dict:
    """The released weights with the rows of the embedding in the order of `tok`."""
    old, state = bpe.load(folder / "tokenizer.json"), weights_of(folder / "model.onnx", shape)
    rows = state["embedding.weight"]
    embedding = torch.empty(len(tok.vocab), rows.shape[1])
    copied = 0
    for token, index in tok.vocab.items():
        if token in old.vocab:
            embedding[index], copied = rows[old.vocab[token]], copied + 1
        else:
            text = token if token in tok.added else tok.decode([index])
            embedding[index] = rows[old.encode(text)].mean(0) + .3 * rows.std() * torch.randn(rows.shape[1])
    print(f"{copied} of {len(tok.vocab)} rows from the released model", flush=True)
    return {**state, "embedding.weight": embedding}
