"""The shipped network back into torch, to go on from it where the training's own weights are not at hand.

Batch norm was folded into the convolutions when it was exported: here it passes on what it is given plus the folded bias, and
training leaves its statistics alone (`frozen`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from training.net import SlotNet

_HALF = 64


def load_onnx(path: Path) -> SlotNet:
    """A network that computes what the file does. Raises OSError, ValueError for a file of another shape."""
    graph = onnx.load(path).graph
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "DequantizeLinear":
            whole, scale = arrays[node.input[0]].astype(np.float32), arrays[node.input[1]]
            shape = [1] * whole.ndim
            shape[next(one.i for one in node.attribute if one.name == "axis")] = -1
            arrays[node.output[0]] = whole * scale.reshape(shape)
    net = SlotNet()
    folded = [[arrays[name] for name in node.input[1:]] for node in graph.node if node.op_type == "Conv"]
    convolutions = [one for one in net.look.modules() if isinstance(one, nn.Conv2d)]
    norms = [one for one in net.look.modules() if isinstance(one, nn.BatchNorm2d)]
    if len(folded) != len(convolutions):
        raise ValueError(f"{path} is not this network")
    with torch.no_grad():
        for place, (layer, (weight, bias)) in enumerate(zip(convolutions, folded, strict=True)):
            layer.weight.copy_(torch.from_numpy(weight.copy()))
            if place < len(norms):
                norms[place].running_var.fill_(1 - norms[place].eps)
                norms[place].bias.copy_(torch.from_numpy(bias.copy()))
            elif layer.bias is not None:
                layer.bias.copy_(torch.from_numpy(bias.copy()))
        for way, ending in enumerate(("", "_reverse")):
            for name, values in (("weight_ih", arrays["read_w"][way]), ("weight_hh", arrays["read_r"][way])):
                getattr(net.read, f"{name}_l0{ending}").copy_(torch.from_numpy(_gates(values)))
            for name, values in zip(("bias_ih", "bias_hh"), np.split(arrays["read_b"][way], 2), strict=True):
                getattr(net.read, f"{name}_l0{ending}").copy_(torch.from_numpy(_gates(values)))
        net.name.weight.copy_(torch.from_numpy(arrays["name_w"].T.copy()))
        net.name.bias.copy_(torch.from_numpy(arrays["name_b"].copy()))
    return net.eval()


def frozen(net: SlotNet) -> SlotNet:
    """For training, but with the statistics of batch norm as they are."""
    net.train()
    for one in net.modules():
        if isinstance(one, nn.BatchNorm2d):
            one.eval()
    return net


def _gates(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """ONNX has update, reset, new; torch reset, update, new."""
    update, reset, new = values[:_HALF], values[_HALF : 2 * _HALF], values[2 * _HALF :]
    return np.concatenate([reset, update, new])
