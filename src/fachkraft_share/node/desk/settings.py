"""What the desk tells people about the node it stands on."""

import attrs


@attrs.frozen
class DeskSettings:
    """Names and addresses that the operator sets; they appear on pages and in notices."""

    name: str = "fachkraft-share"  # the service, as people know it
    operator: str = ""  # who runs the node, with postal address (Art. 13(1)(a) GDPR)
    contact: str = ""  # mail address or telephone for questions
    officer: str = ""  # data protection officer (Art. 13(1)(b))
    authority: str = ""  # supervisory authority (Art. 13(2)(d))
    imprint: str = ""  # address of the Impressum (§ 5 DDG)
    privacy: str = ""  # address of the privacy page
    documentation: str = ""  # address of the documentation
    location: str = "DE"  # where the node stores (R26)
