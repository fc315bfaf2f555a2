"""Read the notation of CVAT; `reader.py` is the way in."""
