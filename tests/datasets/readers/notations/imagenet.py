"""The truth in the notation of ImageNet: counted from 0, the end inclusive."""

FLAGS = ("difficult",)


def write(folder, pictures):
    (folder / "ImageSets" / "DET").mkdir(parents=True)
    for name in ("Data", "Annotations"):
        (folder / name / "DET" / "train").mkdir(parents=True)
    lines = [f"{picture.name} {i}" for i, picture in enumerate(pictures, 1)]
    (folder / "ImageSets" / "DET" / "train.txt").write_text("\n".join(lines))
    (folder / "map_det.txt").write_text("n02121620 1 cat\nn02084071 2 dog\n")
    for picture in pictures:
        path = folder / "Data" / "DET" / "train" / f"{picture.name}.png"
        path.write_bytes(picture.png())
        path = folder / "Annotations" / "DET" / "train" / f"{picture.name}.xml"
        path.write_text(annotation(picture))


def annotation(picture):
    ids = {"cat": "n02121620", "dog": "n02084071"}
    objects = "".join(
        f"<object><name>{ids[name]}</name><difficult>{difficult}</difficult>"
        f"<bndbox><xmin>{x1}</xmin><ymin>{y1}</ymin>"
        f"<xmax>{x2 - 1}</xmax><ymax>{y2 - 1}</ymax></bndbox></object>"
        for name, (x1, y1, x2, y2), difficult, _ in picture.marked()
    )
    size = f"<width>{picture.width}</width><height>{picture.height}</height>"
    return f"<annotation><size>{size}</size>{objects}</annotation>"
