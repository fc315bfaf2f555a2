"""The table of what is in a folder of TFRecords."""

from luminet.cli.dataset.table import align


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
    return align(rows)
