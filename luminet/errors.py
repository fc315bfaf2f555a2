"""Errors that a user can act on. The command line prints them as one line."""


class LuminetError(Exception):
    """Something could not be done: a full disk, a lost file, a loss that is not finite.

    The message is one line: what is wrong, where, and what to do about it.
    """

    exit_code = 1

    def __reduce__(self):
        # By its attributes, whatever its constructor takes: errors of worker processes
        # arrive like this.
        return _restored, (type(self), self.args, self.__dict__)


class InputError(LuminetError):
    """The input, a setting or an argument is wrong: mend it and start again.

    The message names the file and field, what is allowed, and what came.
    """

    exit_code = 2


def _restored(cls, arguments, attributes):
    error = cls.__new__(cls, *arguments)
    error.args = arguments
    error.__dict__.update(attributes)
    return error
