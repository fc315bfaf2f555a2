"""The numbers of a data set as tables for people."""

import json
import textwrap

from luminet.cli.dataset.table import align

# With more classes than this only those that anchors fit worst are listed once more.
_MANY_CLASSES = 20
_WORST = 10
_WIDTH = 88


def info_text(numbers: dict) -> str:
    """All tables, with what may be pasted into a config at the end.

    Args:
        numbers: as `lumi dataset info --json` prints them.
    """
    tables = (_pictures, _classes, _anchors, _suggestion)
    return "\n\n".join(table(numbers) for table in tables)


def _pictures(numbers):
    parts = _with_total(numbers["splits"], numbers["total"])

    def row(name, function, always=True):
        values = [function(part) for part in parts.values()]
        return (
            [[name, *values]] if always or any(value != "0" for value in values) else []
        )

    def count(key):
        return lambda part: f"{part[key]:,}"

    def spread(key):
        return lambda part: _spread(part[key])

    return align(
        [
            ["", *parts],
            *row("pictures", count("num_pictures")),
            *row("  without objects", count("num_without_objects")),
            *row("  left out for a fault", count("num_skipped"), always=False),
            *row("boxes", count("num_boxes")),
            *row("  difficult", count("num_difficult"), always=False),
            *row("  crowds", count("num_crowds"), always=False),
            *row("boxes of a picture", spread("objects_per_picture")),
            *row("width", spread("width")),
            *row("height", spread("height")),
            *row("most frequent", _frequent_size),
        ]
    )


def _with_total(splits, total):
    return splits if len(splits) == 1 else {**splits, "total": total}


def _spread(values):
    """Smallest, median and largest; one number where they are the same."""
    if values is None:
        return "-"
    low, middle, high = values["min"], values["median"], values["max"]
    return f"{low}" if low == high else f"{low} / {middle:g} / {high}"


def _frequent_size(part):
    if not part["frequent_sizes"]:
        return "-"
    size = part["frequent_sizes"][0]
    share = _percent(size["num_pictures"] / part["num_pictures"])
    return f"{size['width']}x{size['height']} ({share})"


def _classes(numbers):
    splits = numbers["class_counts"]
    totals = ["total"] if len(splits) > 1 else []
    heading = [
        "class",
        *splits,
        *totals,
        "pictures",
        "side",
        "small",
        "medium",
        "large",
    ]
    rows, absent = [[*heading, "height / width"]], []
    for name, boxes in numbers["classes"].items():
        if not boxes["num_boxes"]:
            absent.append(name)
            continue
        counts = [counts[name] for counts in splits.values()]
        rows.append(_class_row(name, counts, boxes["num_pictures"], boxes))
    if len(numbers["classes"]) > 1:
        counts = [part["num_boxes"] for part in numbers["splits"].values()]
        total = numbers["total"]
        pictures = total["num_pictures"] - total["num_without_objects"]
        rows.append(_class_row("all", counts, pictures, numbers["boxes"]))
    lines = [align(rows)]
    if absent:
        lines += textwrap.wrap(f"no boxes of: {', '.join(absent)}", _WIDTH)
    lines += [
        "side: median of the square root of the area of a box, in pixels; small: below",
        "32x32 pixels, large: from 96x96; height / width: at 5, 50 and 95% of boxes",
    ]
    return "\n".join(lines)


def _class_row(name, counts, num_pictures, boxes):
    total = [boxes["num_boxes"]] if len(counts) > 1 else []
    cells = [f"{count:,}" for count in [*counts, *total, num_pictures]]
    return [name, *cells, *_box_cells(boxes)]


def _box_cells(boxes):
    if not boxes["num_boxes"]:
        return ["-"] * 5
    bands = [_percent(n / boxes["num_boxes"]) for n in boxes["size_bands"].values()]
    ratios = [f"{ratio:.2f}" for ratio in boxes["aspect_ratio"].values()]
    return [f"{boxes['side']['50']:.0f}", *bands, "  ".join(ratios)]


def _anchors(numbers):
    cover = numbers["anchors"]
    settings, classes = cover["settings"], cover["classes"]
    sizes = " | ".join(
        ", ".join(f"{s:g}" for s in level) for level in settings["sizes"]
    )
    ratios = ", ".join(f"{ratio:g}" for ratio in settings["ratios"])
    title = "class"
    if len(classes) > _MANY_CLASSES:
        worst = sorted(classes, key=lambda name: classes[name]["mean_iou"])[:_WORST]
        classes = {name: classes[name] for name in worst}
        title = f"the {_WORST} worst classes"
    rows = [
        [title, "boxes", "best IoU", "from 0.5", f"from {settings['positive_iou']:g}"]
    ]
    rows += _cover_rows(classes)
    if len(classes) > 1:
        rows.append(["mean of classes", "", *_cover_cells(cover["class_mean"])])
    rows += [
        [],
        *_cover_rows(cover["size_bands"]),
        *_cover_rows({"all": cover["total"]}),
    ]
    lines = [
        f"Anchors of {sizes} pixels, height / width {ratios},",
        f"on pictures with a shorter side of {settings['min_size']:,}, "
        f"a longer side of {settings['max_size']:,} pixels at most",
        align(rows),
        "best IoU: mean overlap of a box with its best anchor; from 0.5: boxes whose",
        "best anchor overlaps by so much; difficult objects and crowds do not count",
    ]
    return "\n".join(lines)


def _cover_rows(parts):
    return [
        [name, f"{part['num_objects']:,}", *_cover_cells(part)]
        for name, part in parts.items()
    ]


def _cover_cells(part):
    if part["mean_iou"] is None:
        return ["-"] * 3
    shares = [_percent(part["half"]), _percent(part["positive"])]
    return [f"{part['mean_iou']:.2f}", *shares]


def _suggestion(numbers):
    now, then = numbers["anchors"], numbers["suggestion"]["anchors"]
    if now["settings"] == then["settings"]:
        if not now["total"]["num_uncovered"]:
            return "# These settings suit the data set: nothing better to suggest."
        return "\n".join(
            ["# There is nothing better to suggest.", *_uncovered(numbers)]
        )
    before, after = (_cover_cells(part["class_mean"]) for part in (now, then))
    names = ("best IoU", "from 0.5", f"from {now['settings']['positive_iou']:g}")
    gains = [f"{n} {b} -> {a}" for n, b, a in zip(names, before, after, strict=True)]
    lines = [f"# Suggested; mean of classes: {', '.join(gains)}", *_uncovered(numbers)]
    config = numbers["suggestion"]["config"]
    resize, anchors = config["dataset"]["resize"], config["model"]["anchors"]
    lines += [
        "dataset:",
        f"  resize: {{min_size: {resize['min_size']}, max_size: {resize['max_size']}}}",
        "model:",
        "  anchors:",
        f"    sizes: {json.dumps(anchors['sizes'])}",
        f"    ratios: {json.dumps(anchors['ratios'])}",
    ]
    return "\n".join(lines)


def _uncovered(numbers):
    """What a suggestion leaves to be wished for, as comments."""
    suggestion = numbers["suggestion"]
    total, larger = suggestion["anchors"]["total"], suggestion["larger_pictures"]
    if not total["num_uncovered"]:
        return []
    share = _percent(total["num_uncovered"] / total["num_objects"])
    count = f"{total['num_uncovered']:,} of {total['num_objects']:,} boxes ({share})"
    lines = [f"# {count} overlap no anchor by half."]
    if larger:
        share = _percent(larger["total"]["num_uncovered"] / total["num_objects"])
        min_size = larger["settings"]["min_size"]
        lines.append(
            f"# With larger pictures, of min_size: {min_size}, it would be {share}."
        )
    return lines


def _percent(share):
    """A part of a whole; 0 % and 100 % are exact, nothing is rounded to them."""
    percent = 100 * share
    if 0 < percent < 0.5:
        return "<1%"
    if 99.5 <= percent < 100:
        return ">99%"
    return f"{percent:.0f}%"
