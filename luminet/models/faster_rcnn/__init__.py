"""Faster R-CNN (Ren et al., 2015). Read `faster_rcnn.py` first."""
