"""The command `lumi`. Nothing here imports TensorFlow before a command needs it."""

import errno
import os
import sys
import traceback

import click

from luminet import __version__
from luminet.cli import options
from luminet.cli.checkpoint import checkpoint
from luminet.cli.dataset import dataset
from luminet.cli.eval import eval_command
from luminet.cli.inspect import inspect
from luminet.cli.predict import predict
from luminet.cli.train import train
from luminet.errors import LuminetError
from luminet.interrupt import raise_on_signal

# What click raises, since 8.2, to show the help where no command is given.
_HELP = getattr(click.exceptions, "NoArgsIsHelpError", ())


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, "-V", "--version", prog_name="lumi")
@click.option("--debug", is_flag=True, help="Show where an error came from.")
def cli(debug):
    """Train and use object detection models.

    \b
    The road from pictures to detections:
      lumi dataset transform   annotated pictures become a data set
      lumi train               a data set and a config become a model
      lumi eval                how good the model is
      lumi predict             what it finds on new pictures
      lumi inspect             how it looks at a picture, and why it fails
    and `lumi checkpoint import`, for a model that was trained elsewhere.
    """


cli.add_command(dataset)
cli.add_command(train)
cli.add_command(eval_command)
cli.add_command(predict)
cli.add_command(inspect)
cli.add_command(checkpoint)


def main(arguments=None) -> int:
    """Run `lumi`: an error is one line on stderr, its kind is the exit status.

    0 is success, 2 wrong input, 1 something that could not be done, 130 and 143 an
    interruption (SIGINT, SIGTERM).
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    try:
        with raise_on_signal():
            status = cli.main(arguments, prog_name="lumi", standalone_mode=False) or 0
            sys.stdout.flush()
        return status
    except click.exceptions.Abort:
        return _fail("interrupted", 130, arguments)
    except _HELP as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        return _fail(_explain(error), error.exit_code, arguments)
    except LuminetError as error:
        return _fail(str(error), error.exit_code, arguments)
    except (BrokenPipeError, SystemExit):
        # Whoever read our output has had enough, as `head` has: no error of ours. Click
        # turns most of them into a SystemExit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        return _fail(_describe(error), 1, arguments)
    except MemoryError:
        if "--debug" in arguments:
            traceback.print_exc()
    except Exception as error:
        if type(error).__name__ == "ResourceExhaustedError":
            return _fail(_exhausted(error), 1, arguments)
        message = f"{type(error).__name__}: {_first_line(error)}"
        return _fail(f"unexpected: {message}; `lumi --debug` shows more", 1, arguments)
    # Told here, where what filled the memory is gone with the error: it needs some.
    return _fail("out of memory; `lumi --debug` shows where", 1, [])


def _fail(message, status, arguments):
    if "--debug" in arguments:
        traceback.print_exc()
    click.echo(f"error: {options.one_line(message)}", err=True)
    return status


def _explain(error):
    """Click's message in one line, and where to read more."""
    message = " ".join(line.strip() for line in error.format_message().splitlines())
    context = getattr(error, "ctx", None)
    if context is None:
        return message
    return f"{message.rstrip('.')}; see `{context.command_path} --help`"


def _describe(error):
    if error.errno == errno.ENOSPC:
        return f"no space left on the disk while writing {error.filename or ''}".strip()
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def _exhausted(error):
    """TensorFlow has one error for a full disk and for a full memory."""
    if "no space left" in str(error).lower():
        return f"no space left on the disk: {_first_line(error)}"
    return (
        "out of memory: a smaller train.batch_size, dataset.resize or "
        "model.rcnn.target.num_samples needs less"
    )


def _first_line(error):
    return (str(error).strip().splitlines() or ["no message"])[0]
