"""`lumi dataset validate`."""

import json

import click

from luminet.cli.dataset.progress import progress_bars
from luminet.cli.dataset.source_options import source_options


@click.command()
@source_options
@click.option(
    "--no-decode",
    is_flag=True,
    help="Look at the pictures' headers only: much faster, but finds no damage and no "
    "duplicates.",
)
@click.option(
    "--strict", is_flag=True, help="Warnings make the data set unusable, too."
)
@click.option("--json", "as_json", is_flag=True, help="Print findings for programs.")
def validate(open_source, num_workers, no_decode, strict, as_json):
    """Find what is wrong with a data set, before training does.

    Each finding has a code, a file, a place in it and a remedy. The exit status is 0 if
    the data set is usable as it is, and 2 if it is not.

    \b
    Examples:
      lumi dataset validate VOCdevkit/VOC2007
      lumi dataset validate pictures --type coco --no-decode --json
    """
    from luminet.datasets.conversion.validate import validate
    from luminet.datasets.example_reader import Decode

    decode = Decode.HEADER if no_decode else Decode.FULL
    with progress_bars() as progress:
        report = validate(lambda: open_source(decode), num_workers, progress)
    usable = report.is_usable and not (strict and report.warnings)
    if as_json:
        click.echo(json.dumps(report.to_dict() | {"usable": usable}, indent=1))
    else:
        _show(report)
    if not usable:
        codes = " and ".join(report.totals(strict))
        click.echo(f"error: not usable as it is: {codes}", err=True)
    return 0 if usable else 2


def _show(report):
    """Every finding on a line, by split; what to do about each code; how many."""
    for split, finding in report.findings:
        kind = "fault" if finding.fatal else "warning"
        place = f"{split}: " if split else ""
        click.echo(f"{kind}: {place}{finding}")
    remedies = {finding.code: finding.remedy for _, finding in report.findings}
    if remedies:
        click.echo("")
        width = max(map(len, remedies))
        for code, remedy in sorted(remedies.items()):
            count = report.faults[code] + report.warnings[code]
            click.echo(f"{count:6} {code.ljust(width)}  {remedy}")
        click.echo("")
    splits = ", ".join(f"{name} {count}" for name, count in report.num_images.items())
    found = " and ".join(report.totals(True)) or "nothing wrong"
    in_splits = f" ({splits})" if splits else ""
    click.echo(f"{report.num_read} images read{in_splits}: {found}")
