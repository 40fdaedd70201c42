"""What `fachkraft-share adapters` does: list, test and make adapters, and write their matrix."""
