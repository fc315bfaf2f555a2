"""TFRecords: examples written, read and checked."""
