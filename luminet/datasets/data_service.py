"""Let other machines make the batches: `tf.data` services.

On each of them runs one dispatcher with one worker, which sees the data set's files
under the same names: docs/datasets.md shows how to start the two. They take turns,
batch by batch, so that the data are what one machine alone would make.
"""

import socket
from collections.abc import Callable, Sequence

import tensorflow as tf

from luminet.errors import LuminetError

PROTOCOL = "grpc"
_SECONDS = 5.0


def share(pictures, batch_size: int, batches_of: Callable, services: Sequence[str]):
    """Divide the batches among services, and put them in their order again.

    Args:
        pictures: `tf.data.Dataset`, before the work.
        batch_size: int, of `pictures`.
        batches_of: function from pictures to batches: the work.
        services: addresses, such as "grpc://host:5050".
    """
    count = len(services)
    groups = pictures.batch(batch_size, drop_remainder=True)
    parts = [
        _served(batches_of(groups.shard(count, i).unbatch()), address)
        for i, address in enumerate(services)
    ]
    turns = tf.data.Dataset.range(count).repeat()
    numbered = tf.data.Dataset.choose_from_datasets(parts, turns).enumerate()

    def check(number, part):
        tf.debugging.assert_equal(
            part[0],
            number // count,
            "dataset.service gave a batch twice, or left one out: each address must "
            "have one worker, which was not started again",
        )
        return part[1]

    return numbered.map(check).prefetch(tf.data.AUTOTUNE)


def _served(batches, address):
    # Each worker makes all of the data that it is asked for: nothing is divided there.
    off = tf.data.experimental.service.ShardingPolicy.OFF
    distribute = tf.data.experimental.service.distribute(off, address)
    return batches.enumerate().apply(distribute)


def check_reachable(services: Sequence[str]) -> None:
    """See whether somebody listens: TensorFlow would wait for hours.

    Raises:
        LuminetError: nobody does.
    """
    for address in services:
        host, _, port = address.removeprefix(f"{PROTOCOL}://").rpartition(":")
        try:
            socket.create_connection((host, int(port)), _SECONDS).close()
        except OSError as error:
            raise LuminetError(
                f"dataset.service: {address} does not answer ({error}); start a "
                "dispatcher and a worker there, or leave it out"
            ) from error
