"""What a training run is told: the sections `train` and `dataset` of a config."""

import math
import re
from dataclasses import dataclass

from luminet.precision import Precision


@dataclass(frozen=True)
class Settings:
    """The `train` section of a config; see the comments in `config.yml`."""

    run_name: str
    job_dir: str = "jobs"
    from_checkpoint: str | None = None
    seed: int = 0
    batch_size: int = 2
    epochs: float = 20.0
    steps: int | None = None
    precision: Precision = "float32"
    deterministic: bool = True
    log_every: int = 20
    checkpoint_every: int = 500
    evaluate_every: int = 1000
    draw_batches: int = 3

    def __post_init__(self):
        positive = ("batch_size", "epochs", "log_every", "checkpoint_every")
        for name in positive:
            if getattr(self, name) <= 0:
                raise ValueError(
                    f"`{name}` must be positive. Received: {name}={getattr(self, name)}"
                )
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"`seed` must be in [0, 2^32). Received: seed={self.seed}")
        for name in ("draw_batches", "evaluate_every"):
            if getattr(self, name) < 0:
                raise ValueError(
                    f"`{name}` must not be negative. "
                    f"Received: {name}={getattr(self, name)}"
                )
        if self.steps is not None and self.steps < 1:
            raise ValueError(f"`steps` must be positive. Received: steps={self.steps}")

    def total_steps(self, num_examples: int) -> int:
        """How many steps the run has."""
        if self.steps is not None:
            return self.steps
        return math.ceil(self.epochs * num_examples / self.batch_size)


@dataclass(frozen=True)
class DataSettings:
    """The `dataset` section of a config, but for its transforms."""

    dir: str
    train_split: str = "train"
    val_split: str | None = "val"
    verify: bool = True
    shuffle_buffer: int = 10_000
    shape_buckets: int | None = 8
    cache: str | None = None
    service: str | list[str] | None = None

    def __post_init__(self):
        if self.shuffle_buffer < 1:
            raise ValueError(
                "`shuffle_buffer` must be positive. "
                f"Received: shuffle_buffer={self.shuffle_buffer}"
            )
        if self.shape_buckets is not None and self.shape_buckets < 2:
            raise ValueError(
                "`shape_buckets` must be at least 2, or null. "
                f"Received: shape_buckets={self.shape_buckets}"
            )
        for address in self.services:
            if not re.fullmatch(r"grpc://[^/]+:\d+", address):
                raise ValueError(
                    "`service` must be an address such as grpc://host:5050, or a list "
                    f"of them. Received: service={self.service}"
                )
        if self.services and self.cache is not None:
            raise ValueError(
                "`cache` must be null where a service makes the batches. "
                f"Received: cache={self.cache}"
            )

    @property
    def services(self) -> list[str]:
        """The addresses in `service`, maybe none."""
        if isinstance(self.service, str):
            return [self.service]
        return self.service or []
