"""Looking inside a detector: what each of its stations makes of one picture."""
