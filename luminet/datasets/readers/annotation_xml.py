"""Read XML files of unknown origin: small, without a DTD, entities or the network."""

from collections.abc import Collection
from pathlib import Path

from lxml import etree

from luminet.datasets import regular_file
from luminet.datasets.findings import FileFindings
from luminet.errors import InputError

MAX_BYTES = 16 * 1024 * 1024

_DOCTYPE = b"<!DOCTYPE"
# Without comments, the text around one is one text. Blanks between elements are not
# worth the time of making them.
PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    remove_comments=True,
    remove_pis=True,
    remove_blank_text=True,
)
_ENCODING_ERRORS = {
    etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
    etree.ErrorTypes.ERR_INVALID_CHAR,
}


class XMLError(InputError):
    """A file that is not the XML it should be.

    Attributes:
        code: xml-malformed, xml-encoding, xml-doctype, xml-root, xml-too-large,
            annotation-missing, not-a-regular-file, permission or unreadable.
        field: the line, or nothing.
        message: what is wrong, without the path.
    """

    def __init__(self, code: str, field: str, message: str):
        self.code, self.field, self.message = code, field, message
        super().__init__(f"{field}: {message}" if field else message)


def read(path: Path | str, root: str) -> etree._Element:
    """Read a file whose outermost element is called `root`.

    Raises:
        XMLError: it cannot be read, or is something else.
    """
    return parse(load(path), root)


def load(path: Path | str) -> bytes:
    """The first step of `read`: what is in the file."""
    try:
        return regular_file.read(path, MAX_BYTES)
    except regular_file.FileError as error:
        raise explained(error) from error


def parse(data: bytes, root: str) -> etree._Element:
    """The second step of `read`."""
    element = _parse(data)
    if element.tag != root:
        message = f"<{root}> must be outermost, not <{element.tag}>"
        raise XMLError("xml-root", "", message)
    return element


def explained(error: regular_file.FileError) -> XMLError:
    """The error of an XML file that cannot be read."""
    code = error.code_as(missing="annotation-missing", too_large="xml-too-large")
    return XMLError(code, "", error.message)


def _parse(data: bytes) -> etree._Element:
    # A DTD can make a small file large (entities) and reach for other files. Looked for
    # before parsing, in UTF-16 too; whatever encoding hides it from this is seen below.
    if _DOCTYPE in (data.replace(b"\0", b"") if b"\0" in data else data):
        raise XMLError("xml-doctype", "", "a DOCTYPE is not allowed: remove it")
    try:
        element = etree.fromstring(data, PARSER)
    except etree.XMLSyntaxError as error:
        encoding = error.code in _ENCODING_ERRORS
        code = "xml-encoding" if encoding else "xml-malformed"
        line, column = error.position
        message = error.msg.split(", line ")[0].strip()
        raise XMLError(code, f"line {line}:{column}", message) from error
    if element.getroottree().docinfo.internalDTD is not None:
        raise XMLError("xml-doctype", "", "a DOCTYPE is not allowed: remove it")
    return element


def children(element: etree._Element | None) -> dict[str, etree._Element]:
    """The direct children by tag, the first of each; none without an element."""
    # Backwards, so that the first of a tag takes the place of all others.
    return {} if element is None else {child.tag: child for child in element[::-1]}


def texts(element: etree._Element | None) -> dict[str, str]:
    """The texts of the direct children by tag, likewise."""
    return {tag: text(child) for tag, child in children(element).items()}


def text(element: etree._Element | None) -> str | None:
    """The text of an element, without blanks around it; None without an element.

    Where elements lie in it, they are told, too: nobody takes that for a number.
    """
    if element is None:
        return None
    inside = element.text or ""
    if len(element):
        inside += "".join(etree.tostring(e, encoding="unicode") for e in element)
    return inside.strip()


def tell_repeated(
    element: etree._Element | None,
    tags: Collection[str],
    place: str,
    findings: FileFindings,
) -> None:
    """Make a fault of each of these tags that an element has more than once.

    Args:
        element: whose direct children count; may be None.
        tags: of children that say the one thing there is to say.
        place: of the element, for messages.
        findings: is told.
    """
    for tag in () if element is None else tags:
        count = len([*element.iterchildren(tag)])
        if count > 1:
            field = f"{place}: {tag}" if place else tag
            message = f"there are {count} of it: which one counts?"
            findings.fault("xml-duplicate", field, message)
