"""The office's papers by commands: report, drafts, and the drill of a breach."""

from fachkraft_share.cli import exits

from .conftest import Place, fks, must, recommend


def test_a_breach_is_drilled_by_commands(place: Place) -> None:
    """Wrong recipient, recall, every holder erases, authority and person, closed."""
    person = recommend(place)
    node = place.folder("node")
    person.grant()
    place.sync("muster", "beispiel")
    referral = must("inbox", place.folder("beispiel"))["inbox"][0]["referral"]
    wrong = ("--recipient=https://beispiel.example", "--hours-ago=70")
    case = must("node", "breach", "open", node, f"--referral={referral}", *wrong)["case"]["id"]
    [listed] = must("node", "breach", node)["cases"]
    assert listed["hours_left"] in (1, 2)  # seconds have passed
    assert listed["owed"][0] == "recall"
    assert must("node", "breach", "recall", node, case, "--yes")["recalled"] == 1
    place.sync("muster", "beispiel")
    [seen] = must("node", "breach", "show", node, case)["witnesses"]
    assert (seen["wrong"], seen["standing"]) == (True, "retained")
    for what in ("high", "authority", "person"):
        must("node", "breach", "note", node, case, what)
    letter = place.root / "letter.pdf"
    told = must("node", "breach", "letter", node, case, "person", f"--pdf={letter}")
    assert "beispiel hat bekommen" in told["text"]
    assert letter.read_bytes().startswith(b"%PDF")
    must("node", "breach", "note", node, case, "closed")
    assert fks("node", "breach", "recall", node, case, "--yes").code == exits.REFUSED
    assert fks("node", "breach", "show", node, "unknown").code == exits.REFUSED


def test_papers_are_written_by_commands(place: Place) -> None:
    """As text, as PDF, as a table."""
    node = place.folder("node")
    for name in ("record", "dpia", "tom"):
        told = must("node", "papers", name, node, "--language=en")
        assert told["text"].startswith("# ")
        assert told["gaps"] > 0
    csv, pdf = place.root / "report.csv", place.root / "report.pdf"
    told = must("node", "report", node, f"--csv={csv}", f"--pdf={pdf}")
    assert "nichts verzeichnet" in told["text"]
    assert csv.read_bytes().startswith(b"\xef\xbb\xbf")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert fks("node", "report", node, "--year=2019").code == exits.REFUSED
