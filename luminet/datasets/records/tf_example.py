"""`tf.train.Example` and `tf.train.SequenceExample`, without TensorFlow.

TensorFlow takes seconds to import; these messages, a few hundredths of one. They are
declared in a pool of their own: TensorFlow declares the same names in the common one.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.message import DecodeError, Message

from luminet.datasets.records.error import RecordError

# What a feature holds: bytes, or numbers `[N]`.
Values = Sequence[bytes] | Sequence[int] | Sequence[float] | np.ndarray

_PACKAGE = "tensorflow"
_BYTES = FieldDescriptorProto.TYPE_BYTES
_FLOAT = FieldDescriptorProto.TYPE_FLOAT
_INT64 = FieldDescriptorProto.TYPE_INT64

# The field of a feature for numbers, by the kind of a dtype: floats, integers, flags.
_NUMBERS = {
    "f": ("float_list", np.float64),
    "i": ("int64_list", np.int64),
    "u": ("int64_list", np.int64),
    "b": ("int64_list", np.int64),
}

# Fields by message, numbered from 1 in this order: scalars by number, messages by name.
# A list of one repeats; a dict is a map from text.
_MESSAGES = {
    "BytesList": {"value": [_BYTES]},
    "FloatList": {"value": [_FLOAT]},
    "Int64List": {"value": [_INT64]},
    "Feature": {
        "bytes_list": "BytesList",
        "float_list": "FloatList",
        "int64_list": "Int64List",
    },
    "Features": {"feature": {"FeatureEntry": "Feature"}},
    "FeatureList": {"feature": ["Feature"]},
    "FeatureLists": {"feature_list": {"FeatureListEntry": "FeatureList"}},
    "Example": {"features": "Features"},
    "SequenceExample": {"context": "Features", "feature_lists": "FeatureLists"},
}


def _declare() -> FileDescriptorProto:
    file = FileDescriptorProto(name="example.proto", package=_PACKAGE, syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for number, (field, kind) in enumerate(fields.items(), start=1):
            _add_field(message, field, number, kind)
        if name == "Feature":
            message.oneof_decl.add(name="kind")
            for field in message.field:
                field.oneof_index = 0
    return file


def _add_field(message, name, number, kind):
    field = message.field.add(name=name, number=number)
    field.label = FieldDescriptorProto.LABEL_OPTIONAL
    if isinstance(kind, dict):
        [(entry, value)] = kind.items()
        _add_entry(message, entry, value)
        kind = [f"{message.name}.{entry}"]
    if isinstance(kind, list):
        field.label = FieldDescriptorProto.LABEL_REPEATED
        [kind] = kind
    if isinstance(kind, str):
        field.type_name = f".{_PACKAGE}.{kind}"
        kind = FieldDescriptorProto.TYPE_MESSAGE
    field.type = kind


def _add_entry(message, name, value):
    """Declare what a map is on the wire: repeated pairs."""
    entry = message.nested_type.add(name=name)
    entry.options.map_entry = True
    _add_field(entry, "key", 1, FieldDescriptorProto.TYPE_STRING)
    _add_field(entry, "value", 2, value)


_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_declare())


def _message_class(name: str) -> type[Message]:
    return message_factory.GetMessageClass(
        _POOL.FindMessageTypeByName(f"{_PACKAGE}.{name}")
    )


Example = _message_class("Example")
SequenceExample = _message_class("SequenceExample")


def example(features: Mapping[str, Values]) -> Message:
    """Make an `Example`.

    Args:
        features: by name. The numbers of an array are integers or floats by its dtype;
            an empty list is one of bytes.

    Raises:
        TypeError: a feature holds something else.
    """
    message = Example()
    message.features.SetInParent()
    entries = message.features.feature
    for name, values in features.items():
        _fill(entries[name], values)
    return message


def _fill(feature: Message, values: Values) -> None:
    if not isinstance(values, np.ndarray):
        if set(map(type, values)) <= {bytes}:
            feature.bytes_list.SetInParent()
            feature.bytes_list.value.extend(values)
            return
        values = np.asarray(values)
    if values.dtype.kind not in _NUMBERS:
        raise TypeError(
            "A feature must hold bytes, integers or floats. "
            f"Received: {values.dtype} {values!r}"
        )
    field, dtype = _NUMBERS[values.dtype.kind]
    numbers = getattr(feature, field)
    # Else an empty list would be a feature of no kind.
    numbers.SetInParent()
    numbers.value.extend(values.astype(dtype, casting="safe").tolist())


def to_bytes(message: Message) -> bytes:
    """Serialise a message: the same bytes for the same content."""
    return message.SerializeToString(deterministic=True)


def parse_example(data: bytes) -> dict[str, list[bytes] | np.ndarray]:
    """Read an `Example`.

    Returns:
        Features by name: a list of bytes, int64 `[N]` or float32 `[N]`; an empty list
        where a feature is of no kind.

    Raises:
        RecordError: these bytes are none.
    """
    return _features(_parse(Example, data).features)


def parse_sequence_example(data: bytes) -> tuple[dict, dict]:
    """Read a `SequenceExample`.

    An `Example` is one without lists. The reverse holds, too: read as an `Example`, a
    `SequenceExample` is its context.

    Returns:
        The context, as `parse_example` has it; and lists of such features, by name.

    Raises:
        RecordError: these bytes are none.
    """
    message = _parse(SequenceExample, data)
    lists = {
        name: [_values(feature) for feature in feature_list.feature]
        for name, feature_list in message.feature_lists.feature_list.items()
    }
    return _features(message.context), lists


def _parse(message_class: type[Message], data: bytes) -> Message:
    try:
        return message_class.FromString(data)
    except DecodeError as error:
        name = message_class.DESCRIPTOR.name
        raise RecordError("not-an-example", f"not a tf.train.{name}") from error


def _features(features: Message) -> dict[str, list[bytes] | np.ndarray]:
    return {name: _values(feature) for name, feature in features.feature.items()}


def _values(feature: Message) -> list[bytes] | np.ndarray:
    match feature.WhichOneof("kind"):
        case "float_list":
            numbers = feature.float_list.value
            return np.fromiter(numbers, np.float32, len(numbers))
        case "int64_list":
            numbers = feature.int64_list.value
            return np.fromiter(numbers, np.int64, len(numbers))
    return list(feature.bytes_list.value)
