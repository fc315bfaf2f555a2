"""Read the notation of ImageNet's detection challenge; `reader.py` is the way in."""
