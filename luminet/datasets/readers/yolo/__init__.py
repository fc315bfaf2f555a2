"""Read the notation of YOLO; `reader.py` is the way in."""
