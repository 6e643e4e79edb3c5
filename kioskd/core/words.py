"""The one table of words that helpdesks use for a priority and for a status.

Portuguese, Spanish, English, and GLPI's names and numbers. Capitals, accents and punctuation do not
count. The daemon puts the guide's word in place of each; panels know the guide's words only.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TypeVar

from kioskd.config import SEVERITIES, STATUSES, Meaning, Severity, Status

W = TypeVar("W", Severity, Status)
_BETWEEN = re.compile(r"[\W_]+")

# GLPI numbers its priorities 1 (very low) to 6 (major).
_PRIORITIES: Mapping[Severity, str] = {
    "critical": "critical, crítico, crítica, major, maior, mayor, urgent, urgente, very high, "
    "muito alta, muito alto, muy alta, muy alto, highest, altíssima, emergency, emergência, "
    "emergencia, disaster, desastre, 5, 6",
    "high": "high, alta, alto, elevada, elevado, 4",
    "medium": "medium, média, médio, media, medio, moderate, moderada, moderado, average, normal, "
    "3",
    "low": "low, baixa, baixo, baja, bajo, very low, muito baixa, muito baixo, muy baja, muy bajo, "
    "lowest, 1, 2",
}
_STATUSES: Mapping[Status, str] = {
    "open": "open, aberto, aberta, abierto, abierta, reopened, reaberto, reaberta, reabierto",
    "new": "new, novo, nova, nuevo, nueva",
    "assigned": "assigned, atribuído, atribuída, asignado, asignada, processing (assigned), "
    "em atendimento (atribuído), em atendimento (atribuída), en curso (asignado), "
    "en curso (asignada)",
    "planned": "planned, planejado, planejada, planificado, planificada, processing (planned), "
    "em atendimento (planejado), em atendimento (planejada), en curso (planificado), "
    "en curso (planificada)",
    "in_progress": "in progress, inprogress, processing, em andamento, em atendimento, "
    "em progresso, em processamento, en curso, en progreso, en proceso",
    "pending": "pending, waiting, pendente, aguardando, pendiente, approval, aprovação, aprobación",
    "solved": "solved, resolved, resolvido, resolvida, solucionado, solucionada, resuelto, "
    "resuelta",
    "closed": "closed, fechado, fechada, encerrado, encerrada, cerrado, cerrada",
    "planning": "planning, planejamento, em planejamento, planificación, en planificación",
    "testing": "testing, em teste, em testes, en prueba, en pruebas",
    "on_hold": "on hold, paused, em espera, pausado, pausada, suspenso, en espera, suspendido",
    "done": "done, completed, complete, finished, concluído, concluída, finalizado, finalizada, "
    "completado, completada, terminado",
    "cancelled": "cancelled, canceled, cancelado, cancelada",
}
_GLPI_STATUSES: Mapping[str, Status] = {
    "1": "new",
    "2": "assigned",
    "3": "planned",
    "4": "pending",
    "5": "solved",
    "6": "closed",
    "10": "pending",
}
"""The numbers of GLPI's tickets; its projects number their states in each house another way."""


@functools.lru_cache(maxsize=1024)
def plain(word: str) -> str:
    """``word`` without capitals, accents and punctuation: ``Em_Andamento`` is ``em andamento``."""
    bare = (c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return _BETWEEN.sub(" ", "".join(bare).casefold()).strip()


def _table(words: Mapping[W, str]) -> Iterator[tuple[str, W]]:
    for meaning, said in words.items():
        yield plain(meaning), meaning
        for word in said.split(", "):
            yield plain(word), meaning


class Words:
    """The table, and ``more`` words of one source, which go before it."""

    def __init__(self, more: Mapping[str, Meaning] | None = None) -> None:
        self._priorities = dict(_table(_PRIORITIES))
        self._statuses = dict(_table(_STATUSES))
        self._numbers = dict(_GLPI_STATUSES)
        for word, meaning in (more or {}).items():
            if meaning in SEVERITIES:
                self._priorities[plain(word)] = meaning
            elif meaning in STATUSES:
                self._statuses[plain(word)] = self._numbers[plain(word)] = meaning

    def keeps_the_guides(self) -> bool:
        """Whether the guide's words mean what the guide says."""
        priorities = all(self.priority(word) == word for word in SEVERITIES)
        return priorities and all(self.status(word) == word for word in STATUSES)

    def priority(self, word: str) -> Severity | None:
        """The guide's priority; None for a word that is in no table."""
        return self._priorities.get(plain(word))

    def status(self, word: str) -> Status | None:
        """The status of a project; None for a word that is in no table."""
        return self._statuses.get(plain(word))

    def ticket_status(self, word: str) -> Status | None:
        """The status of a ticket, which may be one of GLPI's numbers."""
        return self._statuses.get(plain(word)) or self._numbers.get(plain(word))


WORDS = Words()
"""The table alone."""
