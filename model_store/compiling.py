"""A network as LiteRT runs it: compiled once per machine, its products in 8 bits, kept in the cache beside the models.

Compiling takes ten seconds and the TensorFlow that a process may not need otherwise; what comes out is mapped to memory
and shared by all processes. Why LiteRT: docs/decisions/0020-litert.md.
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from settings import whole_files

if TYPE_CHECKING:
    import keras

COMPILED = "compiled"  # folder in the cache
_DELEGATE_NOTE = b"Created TensorFlow Lite XNNPACK delegate"


class Compiled:
    """A compiled network: ids, shape (texts, length), int32, to logits, shape (texts, logits), float32."""

    def __init__(self, compiled: Path | bytes, threads: int | None) -> None:
        """Take what `cached` gives, and the threads it may take (default: all cores)."""
        from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415 - only processes that predict need it

        given = {"model_path": str(compiled)} if isinstance(compiled, Path) else {"model_content": compiled}
        with _without_delegate_note():
            self._interpreter: Any = Interpreter(**given, num_threads=threads or os.cpu_count())
            self._interpreter.allocate_tensors()
        self._given = self._interpreter.get_input_details()[0]["index"]
        self._answer = self._interpreter.get_output_details()[0]["index"]
        self._shape: tuple[int, ...] = ()

    def __call__(self, ids: NDArray[np.int32]) -> NDArray[np.float32]:
        """Run the network; not for several threads at once."""
        if ids.shape != self._shape:
            self._interpreter.resize_tensor_input(self._given, ids.shape)
            self._interpreter.allocate_tensors()
            self._shape = ids.shape
        self._interpreter.set_tensor(self._given, ids)
        self._interpreter.invoke()
        return np.array(self._interpreter.get_tensor(self._answer))


def cached(weights: bytes, build: Callable[[], "keras.Model"], cache_folder: Path) -> Path | bytes:
    """Give the compiled network that `build` makes of these weights, compiled where it is not there yet.

    It is a file in the cache; where none can be read or written, as in a container that only reads, its content.
    """
    file = cache_folder.expanduser() / COMPILED / f"{_key(weights)}.tflite"
    if os.access(file, os.R_OK):
        return file
    content = compile_(build())
    try:
        whole_files.write(file, content)  # readable for all: the folder may be of several users
    except OSError:
        return content
    return file


def compile_(network: "keras.Model") -> bytes:
    """Compile a network for LiteRT, its products in 8 bits."""
    import tensorflow as tf  # noqa: PLC0415 - seconds that only the first process of a machine pays

    converter = tf.lite.TFLiteConverter.from_keras_model(network)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    with redirect_stdout(io.StringIO()):  # where Keras lists the weights
        return bytes(converter.convert())


@contextmanager
def _without_delegate_note() -> Iterator[None]:
    """Keep the one line that LiteRT always writes from standard error; no setting of its does. All others pass."""
    with tempfile.TemporaryFile() as kept:
        own = os.dup(2)
        os.dup2(kept.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(own, 2)
            kept.seek(0)
            os.write(2, b"".join(line for line in kept if _DELEGATE_NOTE not in line))
            os.close(own)


def _key(weights: bytes) -> str:
    """Name what comes out by all that it depends on."""
    versions = [metadata.version(name) for name in ("ai-edge-litert", "keras", "brandpulse")]
    return hashlib.sha256("\0".join([hashlib.sha256(weights).hexdigest(), *versions]).encode()).hexdigest()
