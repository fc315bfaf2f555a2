"""In which numbers the layers of a model compute."""

import contextlib
from typing import Literal

import keras

Precision = Literal["float32", "bfloat16", "float16"]


@contextlib.contextmanager
def computing_in(precision: Precision):
    """Let layers that are made within compute in a precision.

    Variables, and what a model says is to be float32 (logits, boxes, losses), stay
    float32 (Micikevicius et al., 2018, "Mixed precision training").
    """
    before = keras.config.dtype_policy()
    is_mixed = precision != "float32"
    keras.config.set_dtype_policy(f"mixed_{precision}" if is_mixed else precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
