"""What is asked follows from what was answered, and proposals come from it."""

from fachkraft_share.cli.setup.plan import System, steps
from fachkraft_share.ports.adapter import Setting

FILES = System("files", website=False, settings=(Setting("folder", "the folder"),))
SITE = System("wordpress", website=True, settings=(Setting("url", "where", default="x"),))


def asked(step: str, **answers: str) -> list[str]:
    """Return the questions of a step."""
    found = {one.id: one for one in steps(answers, systems=(FILES, SITE))}
    return [one.id for one in found[step].asked(answers)]


def proposed(step: str, **answers: str) -> dict[str, str]:
    """Return a step's answers as they stand without being touched."""
    found = {one.id: one for one in steps(answers)}
    return found[step].given(answers)


def test_who_it_is_decides_what_is_asked() -> None:
    """Nothing more for whoever only tries it out; systems only for a firm, and only installed."""
    assert [one.id for one in steps({})] == ["who"]
    assert [one.id for one in steps({"who": "trial"})] == ["who"]
    assert [one.id for one in steps({"who": "hosted"})] == ["who", "hosted"]
    firm = [one.id for one in steps({"who": "firm"}, systems=(FILES, SITE))]
    assert firm == ["who", "code", "firm", "ats", "site"]
    host = [one.id for one in steps({"who": "host"})]
    assert host == [
        "who",
        "host",
        "legal",
        "contract",
        "host_address",
        "host_mail",
        "host_place",
    ]
    assert [one.id for one in steps({"who": "firm"})] == ["who", "code", "firm"]


def test_only_what_is_needed_is_asked() -> None:
    """Without a mail server nothing about it, without a user no password."""
    chamber = {"who": "chamber"}
    assert asked("mail", **chamber) == ["mail_host"]
    assert "mail_password" not in asked("mail", mail_host="m", **chamber)
    assert "mail_password" in asked("mail", mail_host="m", mail_user="u", **chamber)
    assert asked("database", **chamber) == ["database_kind"]
    assert asked("ats", who="firm", ats="files") == ["ats", "setting.files.folder"]
    assert asked("ats", who="firm", ats="none") == ["ats"]


def test_proposals_follow_from_earlier_answers() -> None:
    """A port the address names; the encryption's own port; a sender of one's own domain."""
    chamber = {"who": "chamber"}
    assert proposed("address", url="http://127.0.0.1:8799", **chamber)["port"] == "8799"
    assert proposed("address", url="https://fks.ihk.example", **chamber)["port"] == "8765"
    mail = proposed("mail", url="https://fks.ihk.example", mail_host="m", **chamber)
    assert (mail["mail_port"], mail["mail_sender"]) == ("587", "fachkraft-share@ihk.example")
    assert proposed("mail", mail_host="m", mail_tls="tls", **chamber)["mail_port"] == "465"
