"""The entry point of GLPI's API, from whatever address of that GLPI somebody copied."""

import re
from typing import Literal

from yarl import URL

# In a path: an entry point and what is below it, or one of GLPI's pages (its folders front, ajax).
_ENTRY = re.compile(r"/(?:apirest|api)\.php(?=/|$).*")
_PAGE = re.compile(r"/(?:(?:front|ajax)/.*|(?:index|status|caldav)\.php)$")
V1 = "/v1"  # below api.php of GLPI 11 and 12: the legacy API


def entry(url: URL, api: Literal["legacy", "v2"]) -> URL:
    """Where requests go: ``url`` itself, or what it is below, or what is below it.

    ``https://glpi.example``, one of its pages, either entry point and any address below one name
    the same GLPI.
    """
    path = url.path.rstrip("/")
    found = _ENTRY.search(path)
    folder = path[: found.start()] if found else _PAGE.sub("", path)
    is_new = found is not None and found[0].startswith("/api.php")
    legacy = f"/api.php{V1}" if is_new else "/apirest.php"
    return url.with_path(folder + ("/api.php" if api == "v2" else legacy))
