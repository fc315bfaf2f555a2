"""The truth as rows of a table: pixels from 0, the end exclusive; one header."""

FLAGS = ()


def write(folder, pictures):
    (folder / "train").mkdir()
    rows = ["filename,width,height,class,xmin,ymin,xmax,ymax"]
    for picture in pictures:
        (folder / "train" / f"{picture.name}.png").write_bytes(picture.png())
        for name, (x1, y1, x2, y2) in picture.objects:
            size = f"{picture.width},{picture.height}"
            rows.append(f"{picture.name}.png,{size},{name},{x1},{y1},{x2},{y2}")
    (folder / "train.csv").write_text("\n".join(rows))
