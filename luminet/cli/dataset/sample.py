"""`lumi dataset sample`."""

import click

from luminet.cli.dataset import output_options
from luminet.cli.dataset.progress import progress_bars


@click.command()
@output_options.output_dir
@click.option("--seed", default=0, show_default=True, help="Another one, other images.")
@click.option("--num-train", default=300, show_default=True, help="Images to train on.")
@click.option("--num-val", default=60, show_default=True, help="Images to check with.")
@output_options.overwrite
def sample(output_dir, seed, num_train, num_val, overwrite):
    """Draw a small annotated data set of shapes, to try everything with.

    \b
    Example:
      lumi dataset sample --output-dir shapes
      lumi dataset transform shapes --output-dir data/shapes
    """
    from luminet.datasets.sample.draw import CLASS_NAMES, draw_sample

    with progress_bars() as progress:
        draw_sample(
            output_dir,
            seed=seed,
            num_train=num_train,
            num_val=num_val,
            overwrite=overwrite,
            progress=progress,
        )
    click.echo(
        f"drew {num_train} images to train on and {num_val} to check with, of "
        f"{', '.join(CLASS_NAMES)}, in {output_dir}"
    )
