"""``python -m kioskd``."""

import sys

from kioskd.cli.main import main

sys.exit(main())
