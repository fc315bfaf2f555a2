"""Start TensorFlow without its chatter."""

import contextlib
import importlib
import os
import sys


def start_tensorflow() -> None:
    """Import TensorFlow; what it says of missing GPUs on the way is kept from people.

    It writes to the process's stderr before any of its settings can stop it. Memory of
    GPUs is taken as it is needed, so that commands can run side by side.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "tensorflow" in sys.modules:
        return
    with _quiet_stderr():
        tensorflow = importlib.import_module("tensorflow")
        for gpu in tensorflow.config.list_physical_devices("GPU"):
            tensorflow.config.experimental.set_memory_growth(gpu, True)
        tensorflow.config.list_logical_devices()
    tensorflow.get_logger().setLevel("ERROR")


@contextlib.contextmanager
def _quiet_stderr():
    sys.stderr.flush()
    kept = os.dup(2)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(silence)
