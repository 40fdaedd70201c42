"""Reading a form: size, encoding and number of fields are limited before anything else is done."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError

TYPE = "application/x-www-form-urlencoded"


@attrs.frozen
class Form:
    """The fields somebody sent, each with all its values."""

    fields: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, repr=False)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field."""
        return self.fields.get(name, ())

    def one(self, name: str) -> str:
        """Return the first value of a field, or ""."""
        return next(iter(self.all(name)), "")

    def has(self, name: str, value: str) -> bool:
        """Tell whether the field has this value."""
        return value in self.all(name)

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the lines of a text field that say something."""
        found = (line.strip() for value in self.all(name) for line in value.splitlines())
        return tuple(line for line in found if line)


EMPTY = Form()


def read_form(body: bytes, content_type: str) -> Form:
    """Read an urlencoded form.

    Raises:
        RefusedError: `too-large`, or `malformed`.
    """
    if len(body) > limits.FORM_BYTES:
        raise RefusedError("too-large", f"a form has at most {limits.FORM_BYTES} bytes")
    if content_type.partition(";")[0].strip().lower() != TYPE:
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
    if any("\0" in value for values in found.values() for value in values):
        raise RefusedError("malformed", "the form cannot be read")
    return Form({name: tuple(values) for name, values in found.items()})


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
