"""The trained network as an int8 ONNX file that onnxruntime runs on any processor."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from training.net import SlotNet

OPSET = 17


def write_onnx(net: SlotNet, path: Path) -> Path:
    """Exports (input "ink", output "said", batch and width free) and quantizes the weights to int8."""
    net.eval()
    sample = torch.zeros(2, 1, 48, 128)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                net, (sample,), plain, input_names=["ink"], output_names=["said"], opset_version=OPSET, dynamo=False,
                dynamic_axes={"ink": {0: "batch", 3: "width"}, "said": {0: "batch", 1: "steps"}},
            )  # fmt: skip
        part = Path(scratch) / "int8.onnx"
        quantize_dynamic(plain, part, weight_type=QuantType.QInt8)
        path.write_bytes(part.read_bytes())
    return path
