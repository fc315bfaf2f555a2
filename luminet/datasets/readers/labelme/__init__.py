"""Read the notation of LabelMe; `reader.py` is the way in."""
