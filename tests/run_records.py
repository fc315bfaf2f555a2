"""What a training left behind, in a form that two runs can be compared by."""

import csv
import hashlib

import h5py
import tensorflow as tf

# These measure time, or count how often was saved.
_TIMES = ("time", "images_per_second", "data_wait")
_BOOKKEEPING = ("_CHECKPOINTABLE_OBJECT_GRAPH", "save_counter")


def newest_step(folder):
    """The step of the newest state of a run, or None."""
    steps = [int(path.stem.split("-")[1]) for path in folder.state.glob("*.index")]
    return max(steps, default=None)


def variables(folder):
    """All variables of the newest state, weights and the optimizer's, by name."""
    reader = tf.train.load_checkpoint(
        str(folder.state / f"state-{newest_step(folder)}")
    )
    names = [
        name
        for name in reader.get_variable_to_shape_map()
        if not any(word in name for word in _BOOKKEEPING)
    ]
    return {name: reader.get_tensor(name) for name in names}


def weights(checkpoint):
    """The weights of a checkpoint, by name."""
    arrays = {}

    def add(name, item):
        if isinstance(item, h5py.Dataset):
            arrays[name] = item[()]

    with h5py.File(checkpoint / "model.weights.h5") as file:
        file.visititems(add)
    return arrays


def sha256(arrays):
    """A checksum over arrays and their names."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode() + arrays[name].tobytes())
    return digest.hexdigest()


def results(folder):
    """All that does not depend on the clock: equal for equal runs, to the last bit."""
    return {
        "step": newest_step(folder),
        "state": sha256(variables(folder)),
        "last": sha256(weights(folder.last)),
        "best": sha256(weights(folder.best)) if folder.best.exists() else None,
        "rows": rows(folder),
    }


def rows(folder):
    """The rows of metrics.csv, without what depends on the clock."""
    with open(folder.metrics, newline="", encoding="utf-8") as file:
        return [
            {name: value for name, value in row.items() if name not in _TIMES}
            for row in csv.DictReader(file)
        ]


def losses(folder):
    """The total losses in metrics.csv."""
    return [float(row["loss"]) for row in rows(folder) if row["loss"]]
