"""Read the notation of Pascal VOC; `reader.py` is the way in."""
