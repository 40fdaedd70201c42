"""What a mail address looks like, wherever somebody types one."""

import re
from typing import Final

from fachkraft_share import limits

# Unquoted (RFC 5322), letters of any script (RFC 6532); no blank, control or direction mark.
_ADDRESS: Final = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]+@(?:[^\W_](?:[^\W_]|-)*\.)+[^\W_](?:[^\W_]|-)+"
)


def is_mail_address(text: str) -> bool:
    """Tell whether a letter can be sent there."""
    return len(text) <= limits.LETTER_ADDRESS and _ADDRESS.fullmatch(text) is not None
