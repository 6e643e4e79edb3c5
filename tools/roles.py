"""Writes the tables of docs/security.md, who may do what, from ``kioskd.web.roles``.

``python -m tools.roles``; with ``--check`` it only says whether they are old.
"""

import sys

from kioskd.web.roles import MESSAGES, ROUTES
from tools.places import ROOT, update


def routes() -> str:
    """Each route with the role that it needs."""
    lines = ["| method and path | role |", "| --- | --- |"]
    lines += [f"| `{method} {path}` | {role} |" for (method, path), role in ROUTES.items()]
    return "\n".join([*lines, ""])


def messages() -> str:
    """Each message of a panel with the role that it needs."""
    lines = ["| message of a panel | role |", "| --- | --- |"]
    lines += [f"| `{name}` | {role} |" for name, role in MESSAGES.items()]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    made = {"routes": routes(), "messages": messages()}
    sys.exit(update(ROOT / "docs/security.md", made))
