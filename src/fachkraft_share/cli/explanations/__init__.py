"""What every check of `doctor` means and what to do when it complains, by subject."""

from typing import Final

from fachkraft_share.cli.explanations.explanation import Explanation
from fachkraft_share.cli.explanations.hosts import HOSTS
from fachkraft_share.cli.explanations.machines import MACHINES
from fachkraft_share.cli.explanations.members import MEMBERS
from fachkraft_share.cli.explanations.nodes import NODES
from fachkraft_share.cli.explanations.surroundings import SURROUNDINGS

# Ids are never given twice, even when a check goes.
EXPLANATIONS: Final[dict[str, Explanation]] = MEMBERS | MACHINES | NODES | SURROUNDINGS | HOSTS
