"""The main job through the member's façade, with a real node."""

from fachkraft_share.protocol.records import Receipt


def test_a_runner_up_goes_from_one_company_to_another_and_out_again(harz) -> None:
    """Recommend, grant, match, ask, agree, disclose, withdraw: everybody erases and signs."""
    muster, beispiel = harz.members["muster"], harz.members["beispiel"]
    beispiel.add_search(occupation="43", skills=["sql"], near="38640", within_km=50)
    person, referral = harz.recommend()
    harz.settle()
    assert not beispiel.inbox()
    person.grant()
    harz.settle()
    [match] = beispiel.inbox()
    assert match.referral == referral
    assert match.status == "new"
    assert match.reasons
    beispiel.request_contact(match, job="Backend", message="Wir würden Sie gern kennenlernen.")
    harz.settle()
    person.agree()
    harz.settle()
    [dossier] = beispiel.received()
    assert dossier.candidate.family == "Xylophonia"
    assert dossier.candidate.documents[0].content.startswith(b"%PDF")
    assert not harz.members["dritte"].received()
    beispiel.report(referral, "hired")
    harz.settle()
    person.withdraw()
    harz.settle()
    assert not beispiel.received()
    assert not beispiel.inbox()
    assert not muster.received()
    with harz.node_store.begin(write=False) as transaction:
        receipts = transaction.every(Receipt, referral=referral)
    assert {one.holder for one in receipts} >= {
        "https://muster.example",
        "https://beispiel.example",
        "https://dritte.example",
    }
    assert all(one.settled for one in receipts)
