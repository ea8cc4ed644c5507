"""`python -m portfolio` is the same as the command `portfolio`."""

from __future__ import annotations

import sys

from portfolio.commands import main

if __name__ == "__main__":
    sys.exit(main())
