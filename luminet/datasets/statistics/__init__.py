"""What is in a data set, in numbers; no picture is decoded for them."""
