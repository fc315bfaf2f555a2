"""What `lumi dataset` shows while it works, and says of what it found."""

import contextlib

import click

# Of each code; `lumi dataset validate` lists all.
SHOWN = 20


@contextlib.contextmanager
def progress_bars():
    """Yield a function (split, done, total) that shows a bar for each split."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    hidden = not console.is_terminal
    with Progress(console=console, transient=True, disable=hidden) as bars:
        tasks = {}

        def progress(split, done, total):
            if split not in tasks:
                tasks[split] = bars.add_task(split, total=total)
            bars.update(tasks[split], completed=done)

        yield progress


def show_faults(findings) -> None:
    """The first faults of each code, on stderr, and how many more there are."""
    shown = {}
    for finding in findings:
        if finding.fatal:
            shown[finding.code] = shown.get(finding.code, 0) + 1
            if shown[finding.code] <= SHOWN:
                click.echo(finding, err=True)
    if any(count > SHOWN for count in shown.values()):
        click.echo("... `lumi dataset validate` lists all of them", err=True)


def show_warnings(findings, counts) -> None:
    """One line for each kind of warning: the first of it, and how many there are."""
    first = {}
    for finding in findings:
        if not finding.fatal:
            first.setdefault(finding.code, finding)
    for code, finding in first.items():
        more = f" (and {counts[code] - 1} more)" if counts[code] > 1 else ""
        click.echo(f"warning: {finding}{more}", err=True)
