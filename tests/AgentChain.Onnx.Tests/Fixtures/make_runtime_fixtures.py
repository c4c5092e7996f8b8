"""Writes the tiny graphs of the runtime tests. Needs onnx 1.12 or later; run in this folder."""
import numpy as np
from onnx import TensorProto as T, helper as H, numpy_helper as N, save


def value(name, kind, shape):
    return H.make_tensor_value_info(name, kind, shape)


def model(graph, name):
    save(H.make_model(graph, opset_imports=[H.make_opsetid("", 17)], ir_version=8, producer_name="agentchain"), name)


def affine():
    """y = x * scale + offset, with x [batch, 3]; a second output sums the rows."""
    nodes = [
        H.make_node("Mul", ["x", "scale"], ["scaled"]),
        H.make_node("Add", ["scaled", "offset"], ["y"]),
        H.make_node("ReduceSum", ["y", "axis"], ["row_sum"], keepdims=0),
    ]
    model(H.make_graph(
        nodes, "affine",
        [value("x", T.FLOAT, ["batch", 3]), value("scale", T.FLOAT, [1]), value("offset", T.FLOAT, [1])],
        [value("y", T.FLOAT, ["batch", 3]), value("row_sum", T.FLOAT, ["batch"])],
        [N.from_array(np.array([1], np.int64), "axis")]), "affine.onnx")


def countdown():
    """Multiplies a 64 x 64 matrix by itself `steps` times in a Loop: as long a run as the caller asks for, in kilobytes."""
    body = H.make_graph(
        [
            H.make_node("MatMul", ["m_in", "w"], ["product"]),
            H.make_node("Tanh", ["product"], ["m_out"]),
            H.make_node("Identity", ["go_in"], ["go_out"]),
        ],
        "body",
        [value("i", T.INT64, []), value("go_in", T.BOOL, []), value("m_in", T.FLOAT, [64, 64])],
        [value("go_out", T.BOOL, []), value("m_out", T.FLOAT, [64, 64])])
    weights = np.random.default_rng(1).standard_normal((64, 64)).astype(np.float32) / 8
    model(H.make_graph(
        [H.make_node("Loop", ["steps", "", "m"], ["result"], body=body)], "countdown",
        [value("steps", T.INT64, []), value("m", T.FLOAT, [64, 64])],
        [value("result", T.FLOAT, [64, 64])],
        [N.from_array(weights, "w")]), "countdown.onnx")


affine()
countdown()
