"""Reading a form: size, encoding and number of fields are limited before anything else is done."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError

TYPE = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@attrs.frozen
class Upload:
    """A file somebody sent; its name is theirs and is shown, never used as a path."""

    name: str = attrs.field(repr=False)
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class Form:
    """The fields somebody sent, each with all its values."""

    fields: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, repr=False)
    files: Mapping[str, tuple[Upload, ...]] = attrs.field(factory=dict, repr=False)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field."""
        return self.fields.get(name, ())

    def one(self, name: str) -> str:
        """Return the first value of a field, or ""."""
        return next(iter(self.all(name)), "")

    def file(self, name: str) -> Upload | None:
        """Return the first file of a field, or None."""
        return next(iter(self.files.get(name, ())), None)

    def has(self, name: str, value: str) -> bool:
        """Tell whether the field has this value."""
        return value in self.all(name)

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the lines of a text field that say something."""
        found = (line.strip() for value in self.all(name) for line in value.splitlines())
        return tuple(line for line in found if line)


EMPTY = Form()


def read_form(body: bytes, content_type: str, *, most: int = limits.FORM_BYTES) -> Form:
    """Read a form: urlencoded, or multipart where files come along (RFC 7578).

    Raises:
        RefusedError: `too-large`, or `malformed`.
    """
    if len(body) > most:
        raise RefusedError("too-large", f"a form has at most {most} bytes")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == MULTIPART:
        return _multipart(body, content_type)
    if kind != TYPE:
        raise RefusedError("malformed", "not a form")
    try:
        found = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=limits.FORM_FIELDS,
        )
    except ValueError as error:
        raise RefusedError("malformed", "the form cannot be read") from error
    return _checked(Form({name: tuple(values) for name, values in found.items()}))


def _multipart(body: bytes, content_type: str) -> Form:
    from python_multipart import parse_form
    from python_multipart.exceptions import FormParserError

    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[Upload, ...]] = {}

    def on_field(field: Any) -> None:
        name = field.field_name.decode("utf-8")
        fields[name] = (*fields.get(name, ()), (field.value or b"").decode("utf-8"))
        _count(fields, files)

    def on_file(file: Any) -> None:
        file.file_object.seek(0)
        content = file.file_object.read()
        file.close()
        if file.file_name or content:  # a field left empty sends a file without a name
            name = file.field_name.decode("utf-8")
            given = Upload((file.file_name or b"").decode("utf-8"), content)
            files[name] = (*files.get(name, ()), given)
        _count(fields, files)

    headers = {"Content-Type": content_type.encode(), "Content-Length": str(len(body)).encode()}
    try:
        parse_form(headers, BytesIO(body), on_field, on_file)
    except (FormParserError, ValueError, AttributeError) as error:
        raise RefusedError("malformed", "the form cannot be read") from error
    return _checked(Form(fields, files))


def _count(*parts: Mapping[str, tuple[object, ...]]) -> None:
    if sum(len(one) for part in parts for one in part.values()) > limits.FORM_FIELDS:
        raise ValueError("too many fields")


def _checked(form: Form) -> Form:
    if any("\0" in value for values in form.fields.values() for value in values):
        raise RefusedError("malformed", "the form cannot be read")
    return form


def same_site(headers: Mapping[str, str], *, own: tuple[str, ...]) -> bool:
    """Tell whether a form was sent from our own page; the link's secret is the first line.

    Browsers send `Origin: null` under `no-referrer`, so Sec-Fetch-Site decides where it is sent.
    """
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None or origin == "null":
        return True
    hosts = {urlsplit(one).netloc or one for one in own}
    return urlsplit(origin).netloc in hosts
