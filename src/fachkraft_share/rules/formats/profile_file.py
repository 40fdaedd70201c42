"""A person's profile in a file: which of the formats we read it is, told by its content alone."""

import json
from codecs import BOM_UTF8

from fachkraft_share.errors import MalformedError
from fachkraft_share.rules.formats.europass_import import read_europass
from fachkraft_share.rules.formats.hr_open import read_hr_open
from fachkraft_share.rules.formats.imported import Imported
from fachkraft_share.rules.formats.json_resume import read_json_resume


def read_profile(content: bytes) -> Imported:
    """Return the candidate a JSON Resume, HR Open or Europass file describes.

    Raises:
        MalformedError: none of them; names the field.
    """
    if content.removeprefix(BOM_UTF8).lstrip().startswith(b"<"):
        return read_europass(content)
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise MalformedError("file: not JSON in UTF-8") from error
    if not isinstance(data, dict):
        raise MalformedError("file: not a JSON object")
    if "basics" in data:
        return read_json_resume(data)
    if "person" in data:
        return read_hr_open(data)
    raise MalformedError("file: neither JSON Resume (basics) nor HR Open (person)")
