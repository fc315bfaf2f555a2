"""COCO's ids of the classes of data sets that are united."""

from collections.abc import Mapping, Sequence

from luminet.datasets.findings import Finding
from luminet.datasets.source.source import Source, unite_ids


def unite_category_ids(
    sources: Mapping[str, Source],
    class_names: Sequence[str],
    title: str,
) -> tuple[dict[str, int] | None, list[Finding]]:
    """Unite the numbers that classes have in COCO files, where that is possible.

    Args:
        sources: data sets by name.
        class_names: of all of them.
        title: of all of them, for the message.

    Returns:
        The numbers by name, None if there are none; and a warning where some are
        dropped.
    """
    of_sources = [source.category_ids or {} for source in sources.values()]
    if not any(of_sources):
        return None, []
    united = unite_ids(of_sources)
    if united is None:
        reason = "contradict each other"
    elif missing := [name for name in class_names if name not in united]:
        reason = f"are not known of all classes, like {missing[0]!r}"
    else:
        return united, []
    message = f"COCO's ids of the classes {reason}: they are left out"
    return None, [Finding("category-ids", title, "", message, fatal=False)]
