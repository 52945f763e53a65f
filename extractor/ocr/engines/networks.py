"""Owns the networks of RapidOCR's wheel: their files, and a runtime that runs them on the processor (ONNX Runtime or OpenVINO).

The recognition network ends in one column for each of 18,710 characters, most of them Chinese. For languages in Latin
letters only the columns of Latin letters, digits and signs are kept: the file itself stays as it is, the copy in memory is cut.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

SEARCH, LINES, DIRECTION = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx", "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
"""Finds print on a page (1, 3, height, width; multiples of 32), reads lines (n, 3, 48, width), tells lines that stand on their head."""

_FIRST_EASTERN = 0x2E80
"""From here on Unicode holds the radicals, characters and full-width signs of East Asia."""
_HEAD = "linear_8.w_0", "linear_8.b_0"
"""Weights and biases of the last layer of `LINES`."""

Network = Callable[["Array"], "Array"]
"""Takes and gives one array of 32-bit floats; may be called from several threads at once. What it gives is valid until the thread's next call."""


class Runtime(Protocol):
    """What runs networks."""

    def load(self, model: bytes | Path, *, threads: int, at_once: int) -> Network:
        """A network, from its file or from what such a file holds, which takes more memory.

        threads: of one call; at_once: how many threads may call it at the same time.
        """
        ...


class OnnxRuntime:
    """ONNX Runtime on the processor. All networks share one arena, which takes what a page needs and keeps it; no plan is kept for
    each shape of input."""

    packages: ClassVar[tuple[str, ...]] = ("onnxruntime",)

    def load(self, model: bytes | Path, *, threads: int, at_once: int) -> Network:
        import onnxruntime

        _share_arena()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = threads
        options.enable_mem_pattern = False
        # threads that wait by running in circles take the time of those that read lines
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.use_env_allocators", "1")
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name

        def run(pixels: Array) -> Array:
            answer: Array = session.run(None, {name: pixels})[0]
            return answer

        return run


@cache
def _share_arena() -> None:
    """Registers the arena of the process for sessions that ask for it, once."""
    import onnxruntime

    memory = onnxruntime.OrtMemoryInfo("Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT)
    onnxruntime.create_and_register_allocator(memory, None)


class OpenVino:
    """OpenVINO on the processor. precision: `bf16` or `f32`; None takes bf16 where the processor computes in it and f32 elsewhere."""

    packages: ClassVar[tuple[str, ...]] = ("openvino",)

    def __init__(self, precision: str | None = None) -> None:
        self._precision = precision

    def load(self, model: bytes | Path, *, threads: int, at_once: int) -> Network:
        openvino = _silent_openvino()
        core = openvino.Core()
        able = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        settings = {
            "INFERENCE_PRECISION_HINT": self._precision or ("bf16" if able else "f32"),
            "INFERENCE_NUM_THREADS": max(threads, at_once),
            "NUM_STREAMS": at_once,
            # several processes would be pinned to the same cores
            "ENABLE_CPU_PINNING": False,
        }
        read = core.read_model(model, b"") if isinstance(model, bytes) else core.read_model(model)
        compiled = core.compile_model(_without_transposed_convolutions(read), "CPU", settings)
        requests = threading.local()

        def run(pixels: Array) -> Array:
            if not hasattr(requests, "own"):
                requests.own = compiled.create_infer_request()
            answer: Array = requests.own.infer({0: pixels}, share_inputs=True, share_outputs=True)[0]
            return answer

        return run


def _without_transposed_convolutions(model: Any) -> Any:
    """The same network, whose steps that make one pixel into a square of pixels, each for itself, are written as plain convolutions.

    OpenVINO computes the last layers of a network in 32 bits back to a convolution, as which it does not count transposed ones: the
    search's last two, which are its largest, take a fifth of its time.
    """
    import numpy as np
    from openvino import opset13 as layers
    from openvino.utils import replace_node

    for node in model.get_ordered_ops():
        if node.get_type_name() != "ConvolutionBackpropData":
            continue
        weights = node.input_value(1).get_node()
        while weights.get_type_name() == "Identity":
            weights = weights.input_value(0).get_node()
        into, out, height, width = weights.get_output_shape(0)
        if not height == width == node.get_attributes()["strides"][0] == node.get_attributes()["strides"][1]:
            continue
        # channel by channel the square's pixels, line by line: what depth_to_space lays out
        flat = np.ascontiguousarray(weights.get_data().transpose(1, 2, 3, 0)).reshape(out * height * width, into, 1, 1)
        squares = layers.convolution(node.input_value(0), layers.constant(flat), [1, 1], [0, 0], [0, 0], [1, 1])
        replace_node(node, layers.depth_to_space(squares, "depth_first", height))
    return model


@contextmanager
def _without(package: str) -> Iterator[None]:
    """As if a package were not installed, unless it is imported already."""
    if package in sys.modules:
        yield
        return
    # the import system's own way to forbid an import
    cast(dict[str, Any], sys.modules)[package] = None
    try:
        yield
    finally:
        del sys.modules[package]


def _silent_openvino() -> Any:
    """OpenVINO, which where it finds its package for telemetry tells Google Analytics that it was imported: here it does not find it."""
    with _without("openvino_telemetry"):
        import openvino
    return openvino


def folder() -> Path:
    """Where the installed rapidocr keeps its models."""
    spec = importlib.util.find_spec("rapidocr")
    return Path(spec.origin).parent / "models" if spec and spec.origin else Path()


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def characters(model: bytes) -> tuple[str, ...]:
    """What each column of the recognition network stands for: first nothing, then its characters, at last a space."""
    parsed = _format().FromString(model)
    listed = next(entry.value for entry in parsed.metadata_props if entry.key == "character")
    return ("", *listed.splitlines(), " ")


def is_latin(character: str) -> bool:
    """Whether a character belongs to print in Latin letters: its letters, all digits and signs, and no character ("").

    >>> [is_latin(character) for character in ("", "ß", "7", "€", "☑", "Ω", "税", "：")]
    [True, True, True, True, True, False, False, False]
    """
    if any(ord(point) >= _FIRST_EASTERN for point in character):
        return False
    return all(not unicodedata.category(point).startswith("L") or "LATIN" in unicodedata.name(point, "") or point in "ªºµ" for point in character)


def with_columns(model: bytes, columns: Sequence[int]) -> bytes:
    """The recognition network with only some columns of its last layer. Raises ValueError where it does not end in the layer known."""
    import numpy as np

    parsed = _format().FromString(model)
    layer = [tensor for tensor in parsed.graph.initializer if tensor.name in _HEAD]
    if len(layer) != len(_HEAD) or any(tensor.data_type != 1 or not tensor.raw_data for tensor in layer):
        raise ValueError("the recognition model does not end in the layer that was expected")
    for tensor in layer:
        values = np.frombuffer(tensor.raw_data, "<f4").reshape(tuple(tensor.dims))
        tensor.raw_data = np.ascontiguousarray(values[..., list(columns)]).tobytes()
        tensor.dims[-1] = len(columns)
    # shapes that were noted beside the layers are those of the whole network
    del parsed.graph.value_info[:]
    for output in parsed.graph.output:
        output.type.tensor_type.ClearField("shape")
    return bytes(parsed.SerializeToString())


@cache
def _format() -> Any:
    """The class of ONNX models, with the few fields that are looked at here; all others pass through it unchanged.

    Numbers and types of the fields: onnx.proto of https://github.com/onnx/onnx.
    """
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    kinds = descriptor_pb2.FieldDescriptorProto
    number, text, data = kinds.TYPE_INT64, kinds.TYPE_STRING, kinds.TYPE_BYTES
    messages: dict[str, tuple[tuple[str, int, int | str, bool], ...]] = {
        "Tensor": (("dims", 1, number, True), ("data_type", 2, kinds.TYPE_INT32, False), ("name", 8, text, False), ("raw_data", 9, data, False)),
        "TensorType": (("shape", 2, data, False),),
        "Type": (("tensor_type", 1, "TensorType", False),),
        "Value": (("type", 2, "Type", False),),
        "Graph": (("initializer", 5, "Tensor", True), ("output", 12, "Value", True), ("value_info", 13, "Value", True)),
        "Entry": (("key", 1, text, False), ("value", 2, text, False)),
        "Model": (("graph", 7, "Graph", False), ("metadata_props", 14, "Entry", True)),
    }
    file = descriptor_pb2.FileDescriptorProto(name="extractor/onnx.proto", package="extractor.onnx", syntax="proto2")
    for message, fields in messages.items():
        made = file.message_type.add(name=message)
        for name, place, kind, repeated in fields:
            field = made.field.add(name=name, number=place, label=kinds.LABEL_REPEATED if repeated else kinds.LABEL_OPTIONAL)
            if isinstance(kind, str):
                field.type, field.type_name = kinds.TYPE_MESSAGE, f".extractor.onnx.{kind}"
            else:
                field.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("extractor.onnx.Model"))
