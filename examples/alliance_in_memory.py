"""The way of one referral with two companies, in memory: real services, nothing to set up."""

from datetime import date

from fachkraft_share import Candidate, Document, DocumentKind, Endorsement
from fachkraft_share.testing import alliance

candidate = Candidate(
    given="Aylin",
    family="Beispiel",
    email="aylin@example.org",
    postcode="38640",
    title="Softwareentwicklerin",
    occupation="43414",
    skills=("Python", "SQL"),
    documents=(Document("cv.pdf", DocumentKind.CV, "application/pdf", b"%PDF-1.7 ... %%EOF"),),
)

with alliance("muster", "beispiel") as harz:
    muster, beispiel = harz.members
    beispiel.add_search(occupation="43414", near="38640", within_km=50)

    # Muster GmbH rejected the application on Thursday and would have liked to hire twice.
    asked = muster.recommend(
        candidate,
        Endorsement(rank="second", strengths=["careful"], would_have_hired=True),
        application="ATS-4711",
        rejected_on=date(2026, 11, 19),
    )
    print("What others will see:", asked.profile)

    # The person opens the link from the letter and allows everybody on the list to see the profile.
    person = harz.person(asked.link)
    person.grant()
    harz.settle()

    # Beispiel GmbH finds the profile by its search, and asks.
    [match] = beispiel.inbox()
    print("Why it fits:", "; ".join(match.reasons))
    beispiel.request_contact(match, job="Backend")
    harz.settle()

    # The person says yes; only now name and CV go to this one company.
    person.agree()
    harz.settle()
    [received] = beispiel.received()
    print("Received with", len(received.candidate.documents), "document")

    # Later the person withdraws: everybody erases and signs.
    person.withdraw()
    harz.settle()
    print("Left at Beispiel GmbH:", len(beispiel.received()))
    print("The bundle is genuine and complete:", person.bundle().verify())
