"""`python -m fachkraft_share.cli` is the same as `fachkraft-share`."""

from fachkraft_share.cli.main import main

if __name__ == "__main__":
    main()
