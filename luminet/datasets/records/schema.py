"""The features of a record, by name: those of the TensorFlow Object Detection API.

What another tool wrote in that schema is read here, and the reverse. In the file, boxes
are parts of the image's height and width and labels count from 1; inside luminet, boxes
are pixels and classes count from 0.
"""

ENCODED = "image/encoded"
FORMAT = "image/format"
HEIGHT = "image/height"
WIDTH = "image/width"
FILENAME = "image/filename"
SOURCE_ID = "image/source_id"

# One value for each object. The sides are in the order of a box's four numbers.
OBJECT = "image/object/"
SIDES = tuple(f"{OBJECT}bbox/{side}" for side in ("ymin", "xmin", "ymax", "xmax"))
LABEL = f"{OBJECT}class/label"
TEXT = f"{OBJECT}class/text"
DIFFICULT = f"{OBJECT}difficult"
CROWD = f"{OBJECT}is_crowd"
# Some tools' name for the same.
GROUP_OF = f"{OBJECT}group_of"
AREA = f"{OBJECT}area"
# luminet's own: an outline as COCO has it, as JSON text.
SEGMENTATION = f"{OBJECT}segmentation"

BYTES = (ENCODED, FORMAT, FILENAME, SOURCE_ID, TEXT, SEGMENTATION)
INTEGERS = (HEIGHT, WIDTH, LABEL, DIFFICULT, CROWD, GROUP_OF)
FLOATS = (*SIDES, AREA)

# A float32 holds a part of the image to within 2^-24 of itself; twice that is room
# for the arithmetic. What is as close as this to a whole pixel was one.
STORAGE_ERROR = 2.0**-23
