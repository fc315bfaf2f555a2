"""Change a picture together with its boxes, by chance: one file for each way."""
