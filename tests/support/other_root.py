"""Runs kioskd as if an administrator had let the fleet update it, and as the version that he says.

``python other_root.py FOLDER VERSION python -m kioskd run …``: what root's unit says and what
systemd notes stand in ``FOLDER``, where kioskd looks for them in place of ``/run`` and ``/etc``,
and so does what root lets it offer to others.
"""

import runpy
import sys
from pathlib import Path

import kioskd

FOLDER, VERSION = Path(sys.argv[1]), sys.argv[2]

if __name__ == "__main__":
    kioskd.__version__ = VERSION
    from kioskd.host import offered
    from kioskd.host.update_box import UpdateBox

    offered.find.__defaults__ = (FOLDER / "offer",)
    UpdateBox.__init__.__defaults__ = (FOLDER / "result", FOLDER / "enabled")
    module = sys.argv.index("-m") + 1
    sys.argv = sys.argv[module:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
