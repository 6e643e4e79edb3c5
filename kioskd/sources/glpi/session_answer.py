"""One answer of GLPI that is data."""

from dataclasses import dataclass, field
from typing import Any

from kioskd.sources.glpi.search import Row


@dataclass
class Answer:
    data: Any
    total: int
    """How many rows there are, of which this page has some."""
    rows: list[Row] = field(default_factory=list)
