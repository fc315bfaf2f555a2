"""Read the notation of COCO; `reader.py` is the way in."""
