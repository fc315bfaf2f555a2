"""Read `label_map.pbtxt`: `item { id: 1 name: 'cat' }`, a text form of protobuf."""

from dataclasses import dataclass
from pathlib import Path

from google.protobuf import descriptor_pool, message_factory, text_format
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.message import Message

from luminet.datasets import regular_file
from luminet.datasets.findings import InvalidDataset

_MAX_BYTES = 16 * 1024 * 1024
_CODE = "class-list-malformed"
_FIELDS = {
    "name": FieldDescriptorProto.TYPE_STRING,
    "id": FieldDescriptorProto.TYPE_INT64,
    "display_name": FieldDescriptorProto.TYPE_STRING,
}


@dataclass(frozen=True)
class LabelMapItem:
    """One class.

    Attributes:
        number: from 1.
        shown: the name for people.
        texts: what records may call it; the name for people is one of them.
    """

    number: int
    shown: str
    texts: frozenset[str]


def read_label_map(path: Path) -> list[LabelMapItem]:
    """Read the classes of a file; class 0, the background, is left out.

    Raises:
        InvalidDataset: it is no such file, or has a number or a name twice.
    """
    items = []
    numbers, texts = set(), set()
    for place, entry in enumerate(_parse(path).item, start=1):
        if entry.id == 0:
            continue
        item = _item(entry)
        if item.number < 0 or not item.shown:
            message = "must have a number from 1 and a name"
        elif item.number in numbers or item.texts & texts:
            message = f"the number {item.number} or the name '{item.shown}' comes twice"
        else:
            items.append(item)
            numbers.add(item.number)
            texts |= item.texts
            continue
        raise InvalidDataset.of(_CODE, str(path), f"item {place}", message)
    if not items:
        raise InvalidDataset.of(_CODE, str(path), "", "it names no classes")
    return items


def _item(entry: Message) -> LabelMapItem:
    texts = frozenset({entry.name, entry.display_name} - {""})
    return LabelMapItem(entry.id, entry.display_name or entry.name, texts)


def _parse(path: Path) -> Message:
    place = ""
    try:
        text = regular_file.read(path, _MAX_BYTES).decode("utf-8-sig")
        return text_format.Parse(text, _MESSAGE(), allow_unknown_field=True)
    except UnicodeDecodeError as error:
        message = f"not UTF-8 ({error.reason})"
        raise InvalidDataset.of("encoding", str(path), "", message) from error
    except text_format.ParseError as error:
        place = f"line {error.GetLine()}" if error.GetLine() else ""
        cause = error
    except RecursionError as error:
        cause = error
    message = "not a label map, as in item { id: 1 name: 'cat' }"
    raise InvalidDataset.of(_CODE, str(path), place, message) from cause


def _message_class() -> type[Message]:
    file = FileDescriptorProto(name="label_map.proto", package="luminet")
    optional = FieldDescriptorProto.LABEL_OPTIONAL
    item = file.message_type.add(name="Item")
    for number, (name, kind) in enumerate(_FIELDS.items(), start=1):
        item.field.add(name=name, number=number, type=kind, label=optional)
    file.message_type.add(name="LabelMap").field.add(
        name="item",
        number=1,
        type=FieldDescriptorProto.TYPE_MESSAGE,
        type_name=".luminet.Item",
        label=FieldDescriptorProto.LABEL_REPEATED,
    )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    descriptor = pool.FindMessageTypeByName("luminet.LabelMap")
    return message_factory.GetMessageClass(descriptor)


_MESSAGE = _message_class()
