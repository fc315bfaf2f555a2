"""The table of what is in a folder of TFRecords."""


def composition(store) -> str:
    """Pictures and boxes of each split, boxes of each class."""
    splits = list(store.splits.values())
    rows = [
        ["", *(split.name for split in splits)],
        ["images", *(split.num_examples for split in splits)],
        ["boxes", *(split.num_objects for split in splits)],
    ]
    for name in store.class_names:
        rows.append([f"  {name}", *(split.class_counts[name] for split in splits)])
    widths = [
        max(len(str(cell)) for cell in column) for column in zip(*rows, strict=True)
    ]
    return "\n".join(_row(cells, widths) for cells in rows)


def _row(cells, widths):
    name, *counts = (str(cell) for cell in cells)
    counts = (
        count.rjust(width) for count, width in zip(counts, widths[1:], strict=True)
    )
    return "  ".join([name.ljust(widths[0]), *counts])
