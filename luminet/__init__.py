"""Object detection on TensorFlow 2 and Keras 3: train, measure and use Faster R-CNN."""

__version__ = "0.1.0"
