"""The figures of a page, station by station."""
