"""The truth in Pascal VOC notation: counted from 1, the end inclusive."""

FLAGS = ("difficult",)


def write(folder, pictures):
    for name in ("Annotations", "JPEGImages", "ImageSets/Main"):
        (folder / name).mkdir(parents=True)
    names = "\n".join(picture.name for picture in pictures)
    (folder / "ImageSets" / "Main" / "train.txt").write_text(names)
    for picture in pictures:
        (folder / "JPEGImages" / f"{picture.name}.png").write_bytes(picture.png())
        (folder / "Annotations" / f"{picture.name}.xml").write_text(annotation(picture))


def annotation(picture):
    objects = "".join(
        f"<object><name>{name}</name><difficult>{difficult}</difficult>"
        f"<bndbox><xmin>{x1 + 1}</xmin><ymin>{y1 + 1}</ymin>"
        f"<xmax>{x2}</xmax><ymax>{y2}</ymax></bndbox></object>"
        for name, (x1, y1, x2, y2), difficult, _ in picture.marked()
    )
    size = f"<width>{picture.width}</width><height>{picture.height}</height>"
    return f"<annotation><size>{size}</size>{objects}</annotation>"
