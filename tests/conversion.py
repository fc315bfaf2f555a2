"""Convert in one call, as most tests need it."""

from luminet.datasets.conversion import convert as convert_module
from luminet.datasets.conversion.plan import plan_source
from luminet.datasets.source.source import Source


def convert(type, data_dir, output_dir, splits, source_options=None, **options):
    """Convert splits of a folder; the summary. Options are those of `convert`."""
    source = Source(data_dir, type, splits, **(source_options or {}))
    plan = plan_source(source)
    return convert_module.convert(
        plan, output_dir, "a test", sources=[source.data_dir], **options
    )
