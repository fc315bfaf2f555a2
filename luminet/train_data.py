"""The data of a training run: found, checked, and fed to it."""

import contextlib
import threading

import click

from luminet.config import SettingError, construct
from luminet.datasets import data_service, pipeline
from luminet.datasets.augmentation.augmentation import Augmentation
from luminet.datasets.picture_cache import make_cache
from luminet.datasets.reading import reading
from luminet.datasets.store import open_store
from luminet.datasets.transforms import Resize
from luminet.train_settings import DataSettings

_TRANSFORMS = ("augmentation", "resize")
# Seconds that pass without a word.
_PATIENCE = 1.0


class TrainingData:
    """The splits that a config names, and the batches to train on.

    Args:
        section: the config's `dataset`.
        batch_size: int, over all devices.
        seed: int.

    Attributes:
        store: `store.Store`.
        train_split: of it.
        val_split: of it, or None.
        resize: `transforms.Resize`, which evaluation needs, too.

    Raises:
        InputError: a setting is wrong, or the data set is not there or not complete.
    """

    def __init__(self, section: dict, batch_size: int, seed: int):
        if section["dir"] is None:
            raise SettingError(
                "dataset.dir",
                "dataset.dir: must be a folder made by `lumi dataset transform`. "
                "Received: null. Name it in the config or with -o dataset.dir=...",
            )
        settings = {k: v for k, v in section.items() if k not in _TRANSFORMS}
        self.settings = construct(DataSettings, settings, "dataset")
        self.batch_size = batch_size
        self.seed = seed
        self.store = open_store(self.settings.dir)
        self.train_split = self.store.split(self.settings.train_split)
        val_split = self.settings.val_split
        self.val_split = self.store.split(val_split) if val_split else None
        self.resize = construct(Resize, section["resize"], "dataset.resize")
        self.augmentation = Augmentation(section["augmentation"])
        self.cache = None

    def prepare(self) -> None:
        """Check the files, reach the services, decode into the cache: as far as asked.

        Raises:
            InputError: a file is not as it was written, or the cache does not fit.
            LuminetError: a service does not answer.
        """
        settings = self.settings
        if settings.verify:
            splits = [split for split in (self.train_split, self.val_split) if split]
            with _notice(
                f"{self.store.folder}: comparing the files with their checksums"
            ):
                self.store.verify(*(split.name for split in splits))
        data_service.check_reachable(settings.services)
        if settings.cache is not None:
            sums = self.store.checksums(self.train_split.name)
            self.cache = make_cache(settings.cache, self.train_split, sums, _say)

    def batches(self, first_step: int):
        """`pipeline.training_batches` from a step on."""
        return pipeline.training_batches(
            self.train_split,
            self.resize,
            self.augmentation,
            self.batch_size,
            self.seed,
            first_step,
            self.settings.shuffle_buffer,
            self.settings.shape_buckets,
            self.cache,
            self.settings.services,
        )

    def reading(self):
        """A context in which faults of the files are named."""
        return reading(self.store)


@contextlib.contextmanager
def _notice(line):
    """Tell what goes on, if it takes long."""
    timer = threading.Timer(_PATIENCE, _say, [line])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _say(line):
    click.echo(line, err=True)
