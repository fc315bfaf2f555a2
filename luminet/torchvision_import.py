"""Make a checkpoint of a detector that was trained with torchvision."""

from pathlib import Path

from luminet import checkpoints, safetensors_file, torch_file
from luminet.coco_classes import COCO_CLASSES
from luminet.config import load_config
from luminet.datasets.records.file import sha256
from luminet.errors import InputError
from luminet.models import torchvision_weights
from luminet.published import LICENSE, SOURCES, checkpoint_folder

HERE = Path(__file__).parent
_USUAL_EPSILON = 1e-5


def import_checkpoint(
    name: str, file: Path, folder: Path | None = None, epsilon: float | None = None
) -> Path:
    """Write a checkpoint with the weights of a file of PyTorch's.

    Args:
        name: one of `published.SOURCES`.
        file: the state dict of the detector, for COCO's classes.
        folder: where the checkpoint will be; by default in the cache folder if these
            are the published weights as they are, otherwise in one of this name.
        epsilon: what batch normalisation adds to variances; None takes that of the
            published file if it is this one, and otherwise PyTorch's usual one.

    Returns:
        The folder.

    Raises:
        InputError: the file is none of this detector, or the folder is there already
            (in the cache it is replaced).
    """
    source = SOURCES[name]
    state = _read_state(file)
    is_published = source.is_published(sha256(file))
    is_unchanged = is_published and epsilon is None
    cached = checkpoint_folder(name) if folder is None and is_unchanged else None
    folder = cached or folder or Path(name)
    if folder.exists() and not cached:
        raise InputError(f"{folder}: already exists; choose another folder")
    if epsilon is None:
        epsilon = source.epsilon if is_published else _USUAL_EPSILON
    config = load_config([HERE / "models" / source.config], [f"train.run_name={name}"])
    model = checkpoints.build_model(config)
    try:
        torchvision_weights.assign(model, state, [*COCO_CLASSES], epsilon)
    except ValueError as error:
        raise InputError(f"{file}: not the weights of {name}: {error}") from error
    about = {"source": file.name}
    if is_published:
        about = {"source": source.url, "license": LICENSE}
    class_names = COCO_CLASSES.values()
    checkpoints.save(folder, model, config, class_names, 0, metrics={}, about=about)
    return folder


def _read_state(file):
    is_safetensors = file.suffix == ".safetensors"
    return (safetensors_file if is_safetensors else torch_file).read_state(file)
