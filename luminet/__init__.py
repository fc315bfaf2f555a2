"""Object detection on TensorFlow 2 and Keras 3: train, measure and use Faster R-CNN.

Names are loaded when they are first used: `import luminet` itself takes no time.
"""

import importlib

__version__ = "0.1.0"

_PUBLIC = {
    "Detections": "luminet.detections:Detections",
    "InputError": "luminet.errors:InputError",
    "LuminetError": "luminet.errors:LuminetError",
    "Predictor": "luminet.predict:Predictor",
    "draw_detections": "luminet.vis:draw_detections",
    "load_config": "luminet.config:load_config",
    "read_image": "luminet.datasets.image:load",
}
__all__ = ["__version__", *_PUBLIC]


def __getattr__(name):
    if name not in _PUBLIC:
        raise AttributeError(f"module 'luminet' has no attribute '{name}'")
    module, attribute = _PUBLIC[name].split(":")
    return getattr(importlib.import_module(module), attribute)
