"""Files as `torch.save` writes them, opcode by opcode, to put anything into them."""

import io
import struct
import zipfile

MAGIC_NUMBER = b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19"
NONE, FALSE, TRUE, NO_TUPLE = b"N", b"\x89", b"\x88", b")"
REDUCE, BUILD, PERSISTENT = b"R", b"b", b"Q"


def pickle(body, protocol=2):
    return bytes([0x80, protocol]) + body + b"."


def word(text):
    return b"X" + struct.pack("<I", len(text.encode())) + text.encode()


def number(value):
    if -(2**31) <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    digits = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(digits)]) + digits


def name(module, attribute):
    return b"c" + f"{module}\n{attribute}\n".encode()


def row(*items):
    """A tuple."""
    return b"(" + b"".join(items) + b"t"


def numbers(values):
    return row(*map(number, values))


def mapping(**items):
    pairs = (word(key) + value for key, value in items.items())
    return b"}(" + b"".join(pairs) + b"u"


def call(function, *arguments):
    return function + row(*arguments) + REDUCE


def storage(count, key="0", kind="Float", view=b""):
    kind = name("torch", f"{kind}Storage")
    return row(word("storage"), kind, word(key), word("cpu"), number(count), view) + (
        PERSISTENT
    )


def tensor(stored, shape, strides, offset=0):
    return call(
        name("torch._utils", "_rebuild_tensor_v2"),
        *(stored, number(offset), numbers(shape), numbers(strides)),
        *(FALSE, name("collections", "OrderedDict") + NO_TUPLE + REDUCE),
    )


# Two numbers, in a dict of one tensor.
GOOD = pickle(mapping(a=tensor(storage(2), [2], [1])))
NUMBERS = struct.pack("<2f", 1.0, 2.0)


def zip_file(content=GOOD, storages=None, others=None, folder="archive", **options):
    """The bytes of an archive; `others` are members by name, instead or besides."""
    storages = {"0": NUMBERS} if storages is None else storages
    members = {"data.pkl": content, "byteorder": b"little", "version": b"3\n"}
    members |= {f"data/{key}": data for key, data in storages.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as archive:
        for member, data in (members | (others or {})).items():
            archive.writestr(f"{folder}/{member}", data)
    return file.getvalue()


SIX = struct.pack("<6f", *range(6))


def of_six(**where):
    """An archive of one tensor, in a storage of six numbers."""
    return zip_file(pickle(mapping(a=tensor(storage(6), **where))), {"0": SIX})


COUNTED = struct.pack("<q", 2) + NUMBERS
GOOD_LEGACY = pickle(mapping(a=tensor(storage(2, view=NONE), [2], [1])))


def legacy_file(
    content=GOOD_LEGACY,
    keys=("0",),
    stored=COUNTED,
    magic=MAGIC_NUMBER,
    version=1001,
    system=None,
):
    """The bytes of a file of before PyTorch 1.6."""
    parts = [
        magic,
        number(version),
        system or mapping(little_endian=TRUE),
    ]
    names = pickle(b"](" + b"".join(map(word, keys)) + b"e")
    return b"".join(map(pickle, parts)) + content + names + stored
