"""A nightly job beside an HR tool: synchronise, then tell people what waits for them.

Prints references only: names belong into the HR tool, not into the log of a job.
"""

import sys

from fachkraft_share import Member


def main(folder: str) -> int:
    """Run once; the exit code is 1 when somebody should look."""
    member = Member.open(folder)
    report = member.sync()
    print(f"sent {report.sent}, received {report.received}, waiting {report.waiting}")
    for match in member.inbox():
        print(f"new profile {match.referral}: {'; '.join(match.reasons)}")
    for dossier in member.received():
        print(f"contact data and documents are here for {dossier.referral}")
    for request in member.person_requests():
        print(f"to do: {request.kind} for {request.referral}, within a month")
    faults = [finding for finding in member.doctor() if finding.health.level == "fail"]
    for finding in faults:
        print(f"{finding.id}: {finding.health.cause} {finding.health.fix}")
    return 1 if faults or not report.online else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else "~/.fachkraft-share"))
