"""The truth as CVAT exports it: one XML file for all pictures, which lie apart."""

FLAGS = ("difficult", "crowd")


def write(folder, pictures):
    (folder / "images").mkdir()
    for picture in pictures:
        (folder / "images" / f"{picture.name}.png").write_bytes(picture.png())
    (folder / "annotations.xml").write_text(document(*map(image, pictures)))


def document(*images, labels=("dog", "cat")):
    """The file, from elements that are XML."""
    names = "".join(f"<label><name>{name}</name></label>\n" for name in labels)
    task = f"<task><id>1</id><labels>\n{names}</labels></task>"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n'
        f"<version>1.1</version>\n<meta>{task}</meta>\n{''.join(images)}</annotations>\n"
    )


def image(picture, subset="train"):
    shapes = []
    for name, corners, difficult, crowd in picture.marked():
        marks = attribute("difficult", difficult) + attribute("is_crowd", crowd)
        shapes.append(box(name, *corners, marks))
    shapes = "".join(shapes)
    return element(f"{picture.name}.png", picture.height, picture.width, shapes, subset)


def attribute(name, value):
    return f'<attribute name="{name}">{value}</attribute>'


def element(name, height, width, shapes="", subset=""):
    """An `<image>` of shapes that are XML."""
    others = f' subset="{subset}"' if subset else ""
    return (
        f'<image id="0" name="{name}"{others} width="{width}" height="{height}">\n'
        f"{shapes}</image>\n"
    )


def box(label, xtl, ytl, xbr, ybr, inside="", others=""):
    return (
        f'<box label="{label}" source="manual" occluded="0" xtl="{xtl}" ytl="{ytl}" '
        f'xbr="{xbr}" ybr="{ybr}" z_order="0"{others}>\n{inside}</box>\n'
    )
