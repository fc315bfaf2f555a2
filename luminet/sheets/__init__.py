"""Sheets of annotated pictures, for people who look through a data set."""
