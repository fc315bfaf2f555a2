"""A data set as it comes: recognised, opened, and which of its pictures are taken."""
