"""Read XML of strangers into elements that give up only what is asked of them.

1. No document type, so no entity, no default and nothing from elsewhere: it is refused unparsed.
2. UTF-8 whatever the file says of itself; so many elements, so deep and no more.
3. Of a text no more is kept than a field may have: a picture of megabytes takes no room.
"""

from xml.parsers import expat

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.rules.formats.record import clean, record

_BETWEEN = " "  # expat puts it between the namespace and the name

_WHOLE = True  # nothing more is to come


@attrs.define
class Element:
    """One element by its name without namespace; a missing one is empty."""

    name: str = ""
    attributes: dict[str, str] = attrs.field(factory=dict, repr=False)
    words: str = attrs.field(default="", repr=False)
    children: list["Element"] = attrs.field(factory=list, repr=False)

    def every(self, name: str) -> tuple["Element", ...]:
        """Return the children of this name.

        Raises:
            MalformedError: too many.
        """
        found = tuple(one for one in self.children if one.name == name)
        if len(found) > limits.CV_ENTRIES:
            raise MalformedError(f"{name}: more than {limits.CV_ENTRIES} entries")
        return found

    def one(self, path: str) -> "Element":
        """Return the first element at a path such as `Employer/Name`; an empty one without it."""
        here = self
        for name in path.split("/"):
            here = next((one for one in here.children if one.name == name), Element(name))
        return here

    def text(self, path: str) -> str:
        """Return the text there, cleaned.

        Raises:
            MalformedError: too long for a field.
        """
        return clean(self.one(path).words, where=path)

    def month(self, path: str) -> str:
        """Return the date there as YYYY-MM or YYYY, or "" when it is absent.

        Raises:
            MalformedError: not a date.
        """
        return record({path: self.text(path)}).month(path)


def read_elements(content: bytes) -> Element:
    """Return the root of an XML file.

    Raises:
        MalformedError: not UTF-8, with a document type, not well-formed, or too large.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedError("file: not XML in UTF-8") from error
    if "<!DOCTYPE" in text:
        raise MalformedError("file: XML with a document type is not read")
    tree = _Tree()
    try:
        tree.parser().Parse(text.encode("utf-8"), _WHOLE)
    except expat.ExpatError as error:
        raise MalformedError(f"file: not well-formed XML in line {error.lineno}") from error
    return tree.root.children[0]


@attrs.define
class _Tree:
    root: Element = attrs.field(factory=Element)
    open: list[Element] = attrs.field(factory=list)
    count: int = 0

    def parser(self) -> expat.XMLParserType:
        made = expat.ParserCreate("UTF-8", _BETWEEN)
        self.open = [self.root]
        made.StartElementHandler = self._start
        made.EndElementHandler = lambda _: self.open.pop()
        made.CharacterDataHandler = self._words
        return made

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > limits.CV_ELEMENTS:
            raise MalformedError(f"file: more than {limits.CV_ELEMENTS} elements")
        if len(self.open) > limits.CV_DEPTH:
            raise MalformedError(f"file: elements more than {limits.CV_DEPTH} deep")
        made = Element(name.rpartition(_BETWEEN)[2], attributes)
        self.open[-1].children.append(made)
        self.open.append(made)

    def _words(self, words: str) -> None:
        room = limits.CV_TEXT + 1 - len(self.open[-1].words)  # one more, so that it is refused
        self.open[-1].words += words[:room]
