"""What the desk tells people about the node it stands on."""

import attrs

from fachkraft_share.web.legal import LegalSettings


@attrs.frozen
class DeskSettings(LegalSettings):
    """Section `[desk]` of `node.toml`: one section fills notices, letters and all legal pages."""
