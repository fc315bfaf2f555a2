"""Which figures a page has, in the order of the stations."""

from collections.abc import Iterator

from luminet.inspection.figure import Figure
from luminet.inspection.figures.detection_figures import detection_figure, fate_figure
from luminet.inspection.figures.picture_figures import anchor_figure, input_figure
from luminet.inspection.figures.proposal_figures import (
    funnel_figure,
    objectness_figure,
    proposal_figure,
)
from luminet.inspection.figures.region_figures import (
    level_figure,
    no_second_stage_figure,
    score_figure,
)
from luminet.inspection.figures.target_figures import (
    anchor_target_figure,
    best_anchor_figure,
    region_target_figure,
)
from luminet.inspection.inspection import Inspection


def draw_figures(inspection: Inspection) -> Iterator[Figure]:
    """Draw each figure that there is something to draw for."""
    if inspection.targets is not None:
        yield fate_figure(inspection)
    yield input_figure(inspection)
    yield anchor_figure(inspection)
    if inspection.targets is not None:
        yield best_anchor_figure(inspection)
        yield anchor_target_figure(inspection)
    yield objectness_figure(inspection)
    yield funnel_figure(inspection)
    yield proposal_figure(inspection)
    if not inspection.stations.regions.strides:
        yield no_second_stage_figure()
    else:
        yield level_figure(inspection)
        if inspection.targets is not None:
            yield region_target_figure(inspection)
        yield score_figure(inspection)
    yield detection_figure(inspection)
