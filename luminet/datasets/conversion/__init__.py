"""Annotated pictures become a folder of TFRecords, in several processes."""
