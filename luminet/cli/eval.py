"""`lumi eval`."""

import json
from pathlib import Path

import click

from luminet.cli import options


@click.command("eval")
@options.checkpoint
@click.option("--split", help="Which split.  [default: the config's dataset.val_split]")
@options.override
@click.option("--json", "as_json", is_flag=True, help="Print numbers for programs.")
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write metrics.json, predictions.json and ground_truth.json (COCO form), and "
    "pictures.png there.",
)
def eval_command(checkpoint, split, overrides, as_json, output_dir):
    """Measure a model on a split: COCO's and Pascal VOC's numbers.

    \b
    Example:
      lumi eval --checkpoint jobs/bccd --split test
    """
    from luminet.cli.start import start_tensorflow

    # A published one knows COCO's classes, which the data set will hardly have.
    checkpoint = options.choose_checkpoint(checkpoint, or_published=False)
    start_tensorflow()
    from luminet import checkpoints
    from luminet.config import construct
    from luminet.datasets.reading import reading
    from luminet.datasets.store import open_store
    from luminet.datasets.transforms import Resize
    from luminet.evaluate import check_classes, evaluate
    from luminet.metrics import format_table

    loaded = checkpoints.load(checkpoint, overrides)
    dataset = loaded.config["dataset"]
    split = split or dataset["val_split"]
    if None in (dataset["dir"], split):
        raise click.UsageError(
            "the config of the model has no dataset.dir or no dataset.val_split; "
            "give them with -o or --split"
        )
    store = open_store(dataset["dir"])
    check_classes(loaded.class_names, store)
    chosen = store.split(split)
    if dataset["verify"]:
        store.verify(chosen.name)
    resize = construct(Resize, dataset["resize"], "dataset.resize")
    bar = options.progress_bar(chosen.name, length=chosen.num_examples)
    with reading(store), bar:
        evaluation = evaluate(
            loaded.model,
            chosen,
            resize,
            loaded.class_names,
            progress=lambda done, _: bar.update(done - bar.pos),
        )
    if output_dir is not None:
        _write(output_dir, evaluation, chosen, loaded.class_names)
    if as_json:
        click.echo(json.dumps(evaluation.numbers))
    else:
        click.echo(format_table(evaluation.numbers))


def _write(folder, evaluation, split, class_names):
    from luminet import atomic, metrics, pictures

    image_ids = range(1, len(evaluation.detections) + 1)
    files = {
        "metrics.json": evaluation.numbers,
        "predictions.json": metrics.coco_predictions(image_ids, evaluation.detections),
        "ground_truth.json": metrics.coco_ground_truth(
            evaluation.ground_truth, class_names
        ),
    }
    for name, content in files.items():
        with atomic.open_file(folder / name) as file:
            json.dump(content, file)
    pictures.draw_evaluation(
        evaluation, split, class_names, folder / "pictures.png", count=12
    )
    click.echo(f"wrote {', '.join(files)} and pictures.png to {folder}", err=True)
