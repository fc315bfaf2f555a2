"""The truth in Open Images notation: parts of the picture, codes of classes."""

FLAGS = ("crowd",)
CODES = {"cat": "/m/01yrx", "dog": "/m/0bt9lr"}
HEADER = (
    "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,"
    "IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
)


def write(folder, pictures):
    (folder / "train").mkdir()
    rows = [HEADER]
    for picture in pictures:
        (folder / "train" / f"{picture.name}.png").write_bytes(picture.png())
        for name, (x1, y1, x2, y2), _, crowd in picture.marked():
            xs = f"{x1 / picture.width:.9f},{x2 / picture.width:.9f}"
            ys = f"{y1 / picture.height:.9f},{y2 / picture.height:.9f}"
            rows.append(
                f"{picture.name},xclick,{CODES[name]},1,{xs},{ys},0,0,{crowd},0,0"
            )
    (folder / "train-annotations-bbox.csv").write_text("\n".join(rows))
    names = "\n".join(f"{code},{name}" for name, code in CODES.items())
    (folder / "class-descriptions-boxable.csv").write_text(names)
    turns = ["ImageID,Subset,Rotation", *(f"{p.name},train,0.0" for p in pictures)]
    (folder / "image_ids_and_rotation.csv").write_text("\n".join(turns))
