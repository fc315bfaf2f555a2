"""Detection models: from batches to detections, written in `keras.ops`.

Shape letters used throughout:
    B images of a batch; H, W pixels; L feature levels; Hl, Wl cells of a level;
    F feature channels; A anchors of an image; P proposals; R regions given to the
    second stage; G ground-truth objects (padded); C classes; D detections (padded).
"""
