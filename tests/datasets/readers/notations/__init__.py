"""One small truth, written down in every notation: what the contract of readers is
tested on. There is a module for each type; its `write(folder, pictures)` writes the
split "train" of a data set. `FLAGS` are the marks of objects that the notation knows.
"""
