"""What PyTorch writes about its tensors, read without running any of it.

A pickle is a program for a stack machine. This one knows the instructions that a dict
of tensors needs, and of everything that a program may name only what it is given here;
the first thing beyond that ends it.
"""

import pickletools
import reprlib
from collections.abc import Callable, Mapping
from typing import IO

# What a damaged program makes Python raise.
_DAMAGED = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
)
_MARK = object()
# A thousand tensors need forty thousand steps; more would only fill the memory.
_MAX_STEPS = 10**6
# For anything that a file may hold: it can be long, nested, or contain itself.
_BRIEF = reprlib.Repr()
_BRIEF.maxstring = _BRIEF.maxother = 80
shown = _BRIEF.repr


class PickleError(ValueError):
    """The program is damaged, or wants what no dict of tensors needs."""


def read(file: IO[bytes], names: Mapping[str, object], persistent: Callable):
    """Read one pickle, and leave the file at its end.

    Args:
        file: positioned at the pickle's beginning.
        names: what the pickle may name, by "module.name"; it may call what is callable.
        persistent: turns what stands for something outside the pickle into it.

    Raises:
        PickleError: it is damaged, or wants anything else.
    """
    machine = _Machine(names, persistent)
    try:
        for opcode, argument, _ in pickletools.genops(file):
            machine.run(opcode.name, argument)
        return machine.pop()
    except PickleError:
        raise
    except _DAMAGED as error:
        raise PickleError(f"no pickle, or a damaged one ({error})") from error


class _Machine:
    def __init__(self, names, persistent):
        self.names = names
        self.persistent = persistent
        self.stack = []
        self.memo = {}

        self.steps = 0

    def run(self, opcode, argument):
        self.count(1)
        if opcode in _PUSH_ARGUMENT:
            self.stack.append(argument)
        elif opcode in _PUSH:
            self.stack.append(_PUSH[opcode]())
        elif opcode in _OPERATIONS:
            _OPERATIONS[opcode](self, argument)
        elif opcode not in ("PROTO", "FRAME", "STOP"):
            raise PickleError(f"an instruction that weights do not need: {opcode}")

    def count(self, steps):
        self.steps += steps
        if self.steps > _MAX_STEPS:
            raise PickleError(f"more than {_MAX_STEPS} steps")

    def pop(self):
        return self.stack.pop()

    def pop_to_mark(self):
        items = []
        while (item := self.pop()) is not _MARK:
            items.append(item)
        return items[::-1]

    def name(self, argument):
        self._find(argument.replace(" ", "."))

    def name_on_stack(self, _):
        name, module = self.pop(), self.pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise PickleError("damaged (a name that is none)")
        self._find(f"{module}.{name}")

    def _find(self, name):
        if name not in self.names:
            raise PickleError(
                f"something that is no part of weights: {shown(name)}; nothing of it "
                "was run (a file of the state dict alone has none)"
            )
        self.stack.append(self.names[name])

    def call(self, _):
        arguments, function = self.pop(), self.pop()
        is_known = any(function is known for known in self.names.values())
        if not is_known or not callable(function):
            raise PickleError("a call of something that is no function")
        # The same long list could go into every call.
        self.count(sum(len(item) for item in arguments if isinstance(item, list)))
        self.stack.append(function(*arguments))

    def load(self, _):
        self.stack.append(self.persistent(self.pop()))

    def put(self, argument):
        self.memo[argument] = self.stack[-1]

    def memoize(self, _):
        self.put(len(self.memo))

    def get(self, argument):
        if argument not in self.memo:
            raise PickleError("no pickle, or a damaged one")
        self.stack.append(self.memo[argument])

    def make_tuple(self, count):
        items = self.stack[len(self.stack) - count :]
        if len(items) < count:
            raise PickleError("damaged (too little on the stack)")
        del self.stack[len(self.stack) - count :]
        self.stack.append(tuple(items))

    def append(self, items):
        self._top(list).extend(items)

    def set_items(self, items):
        # Other keys could be chosen to collide.
        if not all(isinstance(k, str) or _is_number(k) for k in items[::2]):
            raise PickleError("a key that is no name")
        self._top(dict).update(zip(items[::2], items[1::2], strict=True))

    def build(self, _):
        # Attributes, such as the versions of layers: of no use here.
        self.pop()

    def _top(self, kind):
        if not isinstance(self.stack[-1], kind):
            raise PickleError(f"damaged (no {kind.__name__} to fill)")
        return self.stack[-1]


def _is_number(key):
    return type(key) is int and abs(key) < 2**32


_PUSH_ARGUMENT = {
    *("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"),
    *("BINUNICODE", "SHORT_BINUNICODE", "BINSTRING", "SHORT_BINSTRING"),
}
_PUSH = {
    "MARK": lambda: _MARK,
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_TUPLE": tuple,
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
}
_OPERATIONS = {
    "GLOBAL": _Machine.name,
    "STACK_GLOBAL": _Machine.name_on_stack,
    "REDUCE": _Machine.call,
    "BINPERSID": _Machine.load,
    "BINPUT": _Machine.put,
    "LONG_BINPUT": _Machine.put,
    "MEMOIZE": _Machine.memoize,
    "BINGET": _Machine.get,
    "LONG_BINGET": _Machine.get,
    "TUPLE": lambda self, _: self.stack.append(tuple(self.pop_to_mark())),
    "TUPLE1": lambda self, _: self.make_tuple(1),
    "TUPLE2": lambda self, _: self.make_tuple(2),
    "TUPLE3": lambda self, _: self.make_tuple(3),
    "APPEND": lambda self, _: self.append([self.pop()]),
    "APPENDS": lambda self, _: self.append(self.pop_to_mark()),
    "SETITEM": lambda self, _: self.set_items([self.pop(), self.pop()][::-1]),
    "SETITEMS": lambda self, _: self.set_items(self.pop_to_mark()),
    "BUILD": _Machine.build,
}
