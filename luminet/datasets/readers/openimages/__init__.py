"""Read the notation of Open Images; `reader.py` is the way in."""
