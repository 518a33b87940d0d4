"""`python -m planner` is the command `aforo`."""

import sys

from planner.cli import main

sys.exit(main())
