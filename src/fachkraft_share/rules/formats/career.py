"""What the list of employments says about today."""

from fachkraft_share.model.candidate import Experience


def latest_title(experience: tuple[Experience, ...]) -> str:
    """Return the title of the employment that lasts or ended last."""
    dated = sorted(experience, key=lambda one: (one.end is None, one.end or "", one.start))
    return dated[-1].title if dated else ""


def current_employer(experience: tuple[Experience, ...]) -> str:
    """Return the employer of the employment that lasts, to be excluded by default (R4)."""
    lasting = [one for one in experience if one.end is None and one.employer]
    return max(lasting, key=lambda one: one.start).employer if lasting else ""
