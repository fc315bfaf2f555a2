"""The folder of a training run: what lies where, and who may write there."""

import contextlib
import csv
import json
from pathlib import Path

from luminet import atomic, file_lock
from luminet.config import dump_config
from luminet.errors import InputError


class RunFolder:
    """Where a run keeps all it makes.

    config.yml, classes.json; metrics.csv and curves.png; TensorBoard's events;
    pictures; checkpoints/last and checkpoints/best; state, from which the run is
    taken up again.

    Args:
        path: the folder.
    """

    def __init__(self, path: Path):
        self.path = Path(path)
        self.config = self.path / "config.yml"
        self.classes = self.path / "classes.json"
        self.metrics = self.path / "metrics.csv"
        self.curves = self.path / "curves.png"
        self.events = self.path / "events"
        self.pictures = self.path / "pictures"
        self.last = self.path / "checkpoints" / "last"
        self.best = self.path / "checkpoints" / "best"
        self.state = self.path / "state"

    @contextlib.contextmanager
    def lock(self):
        """Keep other runs out of the folder while the block runs.

        Raises:
            LuminetError: another run is in it.
            InputError: the path is a file.
        """
        try:
            self.state.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise InputError(f"{self.path}: is not a folder") from error
        message = (
            f"{self.path}: another run writes there ({{owner}}); wait for it, or "
            "choose another train.run_name"
        )
        with file_lock.exclusive(self.path / ".lock", message):
            for folder in (self.path, self.last.parent, self.pictures):
                atomic.sweep(folder)
            yield

    def describe(self, config: dict, class_names) -> None:
        """Write the effective config and the class names."""
        with atomic.open_file(self.config) as file:
            file.write(dump_config(config))
        with atomic.open_file(self.classes) as file:
            json.dump(list(class_names), file, ensure_ascii=False, indent=1)


class MetricsFile:
    """`metrics.csv`: a row for every report of training, and one for every evaluation.

    Args:
        path: the file.
        columns: its header.
        step: int, rows after this step belong to a part of the run that is done again.
    """

    def __init__(self, path: Path, columns, step: int):
        self.path = path
        self.columns = list(columns)
        rows = self._read_until(step) if path.exists() else []
        with atomic.open_file(path) as file:
            writer = csv.DictWriter(file, self.columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)

    def add(self, **values) -> None:
        """Append a row; what is not given stays empty."""
        with open(self.path, "a", newline="", encoding="utf-8") as file:
            csv.DictWriter(file, self.columns).writerow(values)

    def _read_until(self, step):
        with open(self.path, newline="", encoding="utf-8", errors="replace") as file:
            rows = list(csv.DictReader(file))
        return [row for row in rows if _is_whole(row) and int(row["step"]) <= step]


def _is_whole(row):
    """False for a row that a kill cut short, or that nobody here wrote."""
    return None not in row.values() and row.get("step", "").isdecimal()
