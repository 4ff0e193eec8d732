"""The trained network as an ONNX file with int8 weights that onnxruntime runs on any processor.

Only the weights are integers, one scale a channel; what is computed stays float. Quantizing the computation too
(`quantize_dynamic`) makes a convolution four times slower here and the answers no smaller. The last two layers are float, rounded to
the same steps: inputs with a default, so that an office's own may be given when reading, and outputs, so that they can be asked for.
"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from app.describe.handwriting.recurrent import NAMES
from training.net import SlotNet

OPSET = 17
SEEN = "seen"  # (batch, steps, 96): what the last two layers are fed with
_LEAST = 512  # smaller arrays (biases) stay as they are


def write_onnx(net: SlotNet, path: Path) -> Path:
    """Exports (input "ink", output "said", batch and width free) with int8 weights."""
    net.eval()
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                net, (torch.zeros(2, 1, 48, 128),), plain, input_names=["ink"], output_names=["said"], opset_version=OPSET,
                dynamo=False, dynamic_axes={"ink": {0: "batch", 3: "width"}, "said": {0: "batch", 1: "steps"}},
            )  # fmt: skip
        model = onnx.load(plain)
    shrink(model)
    open_end(model)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path


def shrink(model: onnx.ModelProto) -> None:
    """Replaces large float weights by int8 ones with a scale for each output channel."""
    kept, widened = [], []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < _LEAST:
            kept.append(tensor)
            continue
        axis = 1 if values.ndim == 3 or values.shape[0] == 2 else 0  # recurrent weights: (directions, gates, …)
        whole, scale = _quantized(values, axis)
        kept += [numpy_helper.from_array(whole, f"{tensor.name}_int8"), numpy_helper.from_array(scale, f"{tensor.name}_scale")]
        names = [f"{tensor.name}_int8", f"{tensor.name}_scale"]
        widened.append(helper.make_node("DequantizeLinear", names, [tensor.name], axis=axis))
    nodes = [*widened, *model.graph.node]
    del model.graph.initializer[:]
    del model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend(nodes)


def _quantized(values: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    others = tuple(i for i in range(values.ndim) if i != axis)
    scale = np.maximum(np.abs(values).max(axis=others), 1e-8) / 127
    shape = [1] * values.ndim
    shape[axis] = -1
    return np.clip(np.round(values / scale.reshape(shape)), -127, 127).astype(np.int8), scale.astype(np.float32)


def open_end(model: onnx.ModelProto) -> None:
    """Makes the weights of the last two layers inputs with a default; tells them as `…_now`, and what these layers see."""
    graph = model.graph
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    packed = {node.output[0]: node for node in graph.node if node.op_type == "DequantizeLinear"}
    recurrent = next(node for node in graph.node if node.op_type == "GRU")
    names = next(node for node in graph.node if node.op_type == "MatMul")
    bias = next(one for node in graph.node if node.op_type == "Add" for one in node.input if one in arrays)
    w, r, b = recurrent.input[1:4]
    renamed = dict(zip((w, r, b, names.input[1], bias), NAMES, strict=True))
    values = {new: _widened(packed[old], arrays) if old in packed else arrays[old] for old, new in renamed.items()}
    turned = next(node for node in graph.node if node.op_type == "Transpose")  # from (batch, channels, steps); the first one
    renamed[turned.output[0]] = SEEN
    nodes = [node for node in graph.node if not (node.op_type == "DequantizeLinear" and node.output[0] in renamed)]
    for node in nodes:
        node.input[:] = [renamed.get(one, one) for one in node.input]
        node.output[:] = [renamed.get(one, one) for one in node.output]
    used = {one for node in nodes for one in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used and tensor.name not in values]
    del graph.initializer[:]
    del graph.node[:]
    graph.initializer.extend([*kept, *(numpy_helper.from_array(value, name) for name, value in values.items())])
    graph.node.extend([*nodes, *(helper.make_node("Identity", [name], [f"{name}_now"]) for name in values)])
    for name, value in values.items():
        graph.input.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, value.shape))
        graph.output.append(helper.make_tensor_value_info(f"{name}_now", TensorProto.FLOAT, value.shape))
    graph.output.append(helper.make_tensor_value_info(SEEN, TensorProto.FLOAT, ["batch", "steps", 96]))


def _widened(node: onnx.NodeProto, arrays: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """The floats that the integers stand for."""
    whole, scale = arrays[node.input[0]].astype(np.float32), arrays[node.input[1]]
    shape = [1] * whole.ndim
    shape[next(attribute.i for attribute in node.attribute if attribute.name == "axis")] = -1
    return np.ascontiguousarray(whole * scale.reshape(shape), np.float32)
