"""How TensorFlow is started: once per process, quietly, with the threads it may take."""

import os


def start(threads: int | None = None, *, onednn: bool = False) -> None:
    """Import TensorFlow and limit it to a number of threads (default: all cores).

    Has to be called before a process's first operation; a second call with the same number changes nothing. `onednn`
    trains a transformer a quarter faster, where TensorFlow was not started before.

    Raises:
        RuntimeError: TensorFlow already runs in this process with another number of threads.

    """
    # oneDNN picks its kernels by processor: without it a seed gives the same weights on more machines, and TensorFlow
    # has nothing to say on standard error. All models but the transformer are too small to be slower for it.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1" if onednn else "0")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Else TensorFlow imports Keras at once, and Keras scikit-learn: 1.2 of 4 seconds and 75 MB. Networks import it by
    # themselves.
    os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
    # A user's own Keras configuration may name another backend.
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import tensorflow as tf  # noqa: PLC0415 - two seconds that only a process that predicts should pay

    if threads is not None:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)


def repeat_exactly() -> None:
    """Let the same operations give the same numbers, whatever the order in which threads end: for training.

    TensorFlow runs already, by `start`.
    """
    import tensorflow as tf  # noqa: PLC0415 - as above

    tf.config.experimental.enable_op_determinism()
