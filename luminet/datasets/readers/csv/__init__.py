"""Read the notation of tables of boxes; `reader.py` is the way in."""
