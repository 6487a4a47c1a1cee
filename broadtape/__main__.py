"""`python -m broadtape`: the command, where its script is not on the path."""

import sys

from broadtape.cli import main

sys.exit(main())
