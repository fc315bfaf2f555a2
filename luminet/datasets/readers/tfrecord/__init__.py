"""Read the notation of TFRecords; `reader.py` is the way in."""
