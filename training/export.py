"""The trained network as an ONNX file with int8 weights that onnxruntime runs on any processor.

Only the weights are integers, one scale a channel; what is computed stays float. Quantizing the computation too
(`quantize_dynamic`) makes a convolution four times slower here and the answers no smaller.
"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from training.net import SlotNet

OPSET = 17
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
