"""How a run is taken up again where it was stopped.

The state of a run in progress is more than a checkpoint (the optimizer's, for one) and
another thing: it belongs to TensorFlow's checkpoint manager, which survives a kill at
any moment.
"""

import re
import shutil
from pathlib import Path

import click
import tensorflow as tf

from luminet import atomic
from luminet.errors import LuminetError

_STATE = re.compile(r"state-(\d+)\.index")
# What TensorFlow raises on a damaged state, or one of another model.
_NOT_RESTORED = (tf.errors.OpError, AssertionError, ValueError, IndexError)


class TrainingState:
    """Model, optimizer and best score of a run, on disk.

    Args:
        folder: where the state lies.
        keep: int, how many of the newest stay.
        **parts: what is saved, by name: models, optimizers, variables.
    """

    def __init__(self, folder: Path, keep: int = 2, **parts):
        self.folder = Path(folder)
        self.checkpoint = tf.train.Checkpoint(**parts)
        self.keep = keep

    def save(self, step: int) -> None:
        """Write the state after `step` steps."""
        # It would keep only states that it knows of; which ones stay is decided here.
        manager = tf.train.CheckpointManager(
            self.checkpoint, self.folder, max_to_keep=None, checkpoint_name="state"
        )
        manager.save(checkpoint_number=step)
        # TensorFlow itself flushes nothing to the disk.
        for written in [*self.folder.iterdir(), self.folder]:
            atomic.sync(written)
        for old in self._steps()[self.keep :]:
            self._delete(old)

    def restore(self) -> int | None:
        """Take up the newest state that can be read; returns its step, or None.

        Raises:
            LuminetError: there are states, and none of them can be read.
        """
        self._sweep()
        failures = {}
        for step in self._steps():
            try:
                self.checkpoint.restore(self._path(step)).assert_consumed()
            except _NOT_RESTORED as error:
                failures[step] = str(error).strip().splitlines()[0]
                continue
            for damaged, reason in failures.items():
                click.echo(
                    f"warning: {self._path(damaged)}: {reason}; taking up the state of "
                    f"step {step}",
                    err=True,
                )
                self._delete(damaged)
            return step
        if failures:
            step, reason = next(iter(failures.items()))
            raise LuminetError(
                f"{self.folder}: no state of this run can be taken up (step {step}: "
                f"{reason}); the config may have changed: train into another folder "
                "with train.run_name"
            )
        return None

    def _path(self, step):
        return str(self.folder / f"state-{step}")

    def _steps(self):
        """The steps of the states in the folder, newest first."""
        # TensorFlow's own list of them is not believed: a damaged one hides good ones.
        found = [_STATE.fullmatch(path.name) for path in self.folder.glob("*.index")]
        return sorted((int(match[1]) for match in found if match), reverse=True)

    def _delete(self, step):
        # Its index first: without one, a half-deleted state is not taken for a whole.
        Path(f"{self._path(step)}.index").unlink()
        for file in self.folder.glob(f"state-{step}.data-*"):
            file.unlink()

    def _sweep(self):
        """Take away what a kill left half-written, and TensorFlow's list."""
        for leftover in self.folder.glob("*_temp"):
            shutil.rmtree(leftover, ignore_errors=True)
        steps = self._steps()
        for file in self.folder.glob("state-*.data-*"):
            if file.name.split(".")[0] not in {f"state-{step}" for step in steps}:
                file.unlink()
        (self.folder / "checkpoint").unlink(missing_ok=True)
