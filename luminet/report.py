"""What a run says while it goes on: a line, a CSV row, TensorBoard's events, curves."""

import csv
import time

import click
import tensorflow as tf

from luminet import plots
from luminet.run_folder import MetricsFile, RunFolder

# Those of `metrics.evaluate` that are followed during training.
METRICS = ("AP", "AP50", "AP75", "APs", "APm", "APl", "AR100", "voc_mAP50")
# Those that a line shows; of objects without classes the last are what matters.
_SHOWN = ("AP", "AP50", "AP75")
_SHOWN_OF_OBJECTS = ("AP", "AP50", "AR100", "AR300", "AR1000")


class Report:
    """Gather losses, and tell of them every so often.

    Args:
        folder: `RunFolder`.
        loss_names: in the order in which they are shown.
        step: int, the step at which the run begins or goes on.
        total_steps: int.
        batch_size: int.
        steps_per_epoch: float.
        every: int, steps between two reports.
    """

    def __init__(
        self,
        folder: RunFolder,
        loss_names,
        step,
        total_steps,
        batch_size,
        steps_per_epoch,
        every,
    ):
        self.folder = folder
        self.loss_names = ("loss", *loss_names)
        self.total_steps = total_steps
        self.batch_size = batch_size
        self.steps_per_epoch = steps_per_epoch
        self.every = every
        columns = ["step", "epoch", "time", "lr", *self.loss_names]
        columns += ["images_per_second", "data_wait", *METRICS]
        self.table = MetricsFile(folder.metrics, columns, step)
        self.events = tf.summary.create_file_writer(str(folder.events))
        self.started = time.monotonic()
        self.total_seconds = self.total_data_seconds = 0.0
        self._begin_period(step)

    def add(self, step, losses, learning_rate, data_seconds):
        """Take note of one step; tells of the period when it is over."""
        for name in self.loss_names:
            self.sums[name] += losses[name]
        self.data_seconds += data_seconds
        self.learning_rate = learning_rate
        if step % self.every == 0:
            self.flush(step)

    def flush(self, step):
        """Tell of the steps that were not told of yet."""
        if step > self.period_step:
            self._tell(step)
            self._begin_period(step)

    def is_evaluated(self, step):
        """Whether the table has an evaluation after this step."""
        with open(self.folder.metrics, newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["step"] == str(step)]
        return any(not row["loss"] for row in rows)

    def add_metrics(self, step, numbers):
        """Take note of an evaluation."""
        self._write(step, **{name: numbers[name] for name in METRICS})
        names = _SHOWN_OF_OBJECTS if "AR1000" in numbers else _SHOWN
        shown = ", ".join(
            f"{name} {100 * numbers[name]:.1f}"
            for name in names
            if numbers[name] is not None
        )
        click.echo(f"step {step}: validation {shown or 'has no objects'}", err=True)

    def pause(self, step):
        """Draw the curves, and start a new period: this was not training."""
        plots.plot_curves(self.folder.metrics, self.folder.curves)
        self._begin_period(step)

    def close(self):
        """Say how long the steps waited for data; finish TensorBoard's file."""
        if self.total_seconds:
            share = 100 * self.total_data_seconds / self.total_seconds
            click.echo(f"waited for data {share:.1f} % of the time", err=True)
        self.events.close()

    def _begin_period(self, step):
        self.period_step, self.period_start = step, time.monotonic()
        self.sums = dict.fromkeys(self.loss_names, 0.0)
        self.data_seconds = 0.0

    def _tell(self, step):
        steps = step - self.period_step
        seconds = max(time.monotonic() - self.period_start, 1e-9)
        self.total_seconds += seconds
        self.total_data_seconds += self.data_seconds
        means = {name: total / steps for name, total in self.sums.items()}
        left = (self.total_steps - step) * seconds / steps
        shown = " ".join(f"{name} {value:.3f}" for name, value in means.items())
        rate = steps * self.batch_size / seconds
        click.echo(
            f"step {step}/{self.total_steps} {shown} lr {self.learning_rate:.2g} "
            f"{rate:.1f} images/s {_duration(left)} left",
            err=True,
        )
        self._write(
            step,
            lr=self.learning_rate,
            **means,
            images_per_second=rate,
            data_wait=self.data_seconds / seconds,
        )

    def _write(self, step, **values):
        elapsed = time.monotonic() - self.started
        epoch = step / self.steps_per_epoch
        rounded = {k: v if v is None else float(f"{v:.6g}") for k, v in values.items()}
        self.table.add(
            step=step, epoch=round(epoch, 3), time=round(elapsed, 1), **rounded
        )
        with self.events.as_default(step=step):
            for name, value in values.items():
                if value is not None:
                    tf.summary.scalar(name, value)
        self.events.flush()


def _duration(seconds):
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
