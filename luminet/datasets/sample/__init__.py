"""A small data set that is drawn, to try everything with."""
