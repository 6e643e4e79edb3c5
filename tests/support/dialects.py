"""What helpdesks send that is not quite the guide's JSON, and what the wall shows of it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tests.support.stories import ago, dashboard, project, projects, ticket, tickets

Json = dict[str, Any]
ROW = ".body .row"
TITLE, WHO, WORD, SINCE = f"{ROW} .title", f"{ROW} .name", f"{ROW} .what", f"{ROW} .since"
STATUS, CRITICAL, TOTAL = f"{ROW} .status", ".counter.critical .count", ".counter.total .count"
KPIS, TROUBLE, SETUP = ".kpi dd", ".troubles .line", ".setup"


class Dialect(NamedTuple):
    """What a helpdesk sends, the source's settings that describe it, and what the wall says then.

    ``shows``: the texts of the elements that a selector finds. ``remarks`` and ``fault``: the codes
    that status has for the view.
    """

    name: str
    sent: Json
    shows: Mapping[str, Sequence[str | re.Pattern[str]]]
    settings: str = ""
    remarks: tuple[str, ...] = ()
    fault: str = ""

    @property
    def view(self) -> str:
        return str(self.sent["type"]).removesuffix("_update")


def renamed(names: dict[str, str], **fields: object) -> Json:
    """The first ticket, its fields under other names."""
    return {names.get(name, name): value for name, value in ticket(0, **fields).items()}


SNAKE = {"assignedTo": "assigned_to", "createdAt": "created_at", "updatedAt": "updated_at"}
PORTUGUESE = {
    "id": "numero",
    "title": "titulo",
    "assignedTo": "responsavel",
    "priority": "prioridade",
    "status": "situacao",
    "createdAt": "abertura",
}
SNAKE_FIELDS = "fields: {assignedTo: assigned_to, createdAt: created_at}"
PORTUGUESE_FIELDS = (
    "fields: {id: numero, title: titulo, assignedTo: responsavel.nome, priority: prioridade, "
    "status: situacao, createdAt: abertura}"
)
MINUTES = re.compile(r"^\s*\d+ min\s*$")
REMEDY = ". Escreva na fonte, no arquivo kioskd.yaml: "

DIALECTS = [
    Dialect(
        "the guide",
        tickets(0, ticket(0, priority="critical", status="in_progress")),
        {
            TITLE: ["Servidor de arquivos fora do ar"],
            WHO: ["João Silva"],
            WORD: ["Crítico"],
            STATUS: ["Em andamento"],
            SINCE: [MINUTES],
            CRITICAL: ["1"],
        },
    ),
    Dialect(
        "snake_case that nobody described",
        tickets(0, renamed(SNAKE)),
        {
            f"{SETUP} h2": ["Faltam campos nos dados do helpdesk: assignedTo, createdAt"],
            f"{SETUP} .todo": [
                "Escreva na fonte, no arquivo kioskd.yaml: "
                "fields: {assignedTo: assigned_to, createdAt: created_at} "
                "(o helpdesk manda assigned_to, created_at, updated_at)."
            ],
            ROW: [],
        },
        fault="fields_missing",
    ),
    Dialect(
        "snake_case with two lines of YAML",
        tickets(0, renamed(SNAKE, priority="high")),
        {WHO: ["João Silva"], WORD: ["Alto"], SINCE: [MINUTES]},
        settings=SNAKE_FIELDS,
    ),
    Dialect(
        "a Portuguese serializer with nested people",
        tickets(
            0,
            renamed(
                PORTUGUESE,
                id=77,
                assignedTo={"id": 3, "nome": "Zé da Silva"},
                priority="Crítica",
                status="Em atendimento (atribuído)",
                createdAt="nunca",
            ),
        ),
        {
            f"{ROW} .number": ["77"],
            WHO: ["Zé da Silva"],
            WORD: ["Crítico"],
            STATUS: ["Atribuído"],
            SINCE: ["—"],
            CRITICAL: ["1"],
        },
        settings=PORTUGUESE_FIELDS,
        remarks=("unreadable",),
    ),
    Dialect(
        "words in three languages",
        tickets(
            0,
            *(
                ticket(n, priority=word, status=status)
                for n, (word, status) in enumerate(
                    [
                        ("crítica", "Novo"),
                        ("MUITO ALTA", "Pendente"),
                        ("urgente", "En curso (asignada)"),
                        ("Very high", "Processing (planned)"),
                        ("alta", "Aberto"),
                        ("Média", "Solucionado"),
                        ("baja", "Em_Andamento"),
                    ]
                )
            ),
        ),
        {
            CRITICAL: ["4"],
            ".counter.high .count": ["1"],
            ".counter.medium .count": ["1"],
            ".counter.low .count": ["1"],
            WORD: ["Crítico"] * 4 + ["Alto", "Médio", "Baixo"],
        },
    ),
    Dialect(
        "GLPI's numbers",
        tickets(0, *(ticket(n, priority=n, status=n) for n in range(6, 0, -1))),
        {
            WORD: ["Crítico", "Crítico", "Alto", "Médio", "Baixo", "Baixo"],
            CRITICAL: ["2"],
        },
    ),
    Dialect(
        "a priority that is in no table",
        tickets(0, ticket(0, priority="P7", status="aguardando_peça")),
        {
            WORD: ["P7"],
            f"{ROW}.unknown .what": ["P7"],
            STATUS: ["Aguardando peça"],
            CRITICAL: ["0"],
            ".counter.medium .count": ["0"],
            TOTAL: ["1"],
        },
        remarks=("unknown_word", "unknown_word"),
    ),
    Dialect(
        "a priority that the settings know",
        tickets(0, ticket(0, priority="P7"), ticket(1, priority="1")),
        {WORD: ["Crítico", "Crítico"], CRITICAL: ["2"]},
        settings="words: {p7: critical, 1: critical}",
    ),
    Dialect(
        "counters of the open ones only",
        tickets(0, ticket(0, priority="critical", status="in_progress"))
        | {"counters": {"critical": 0, "high": 0, "medium": 0, "low": 0, "total": 1}},
        {
            WORD: ["Crítico"],
            CRITICAL: ["1"],
            f"{ROW}.critical .title": ["Servidor de arquivos fora do ar"],
        },
        remarks=("counters_differ",),
    ),
    Dialect(
        "odd dates",
        tickets(
            0,
            ticket(0, createdAt="25/11/2025 10:30", priority="critical"),
            ticket(1, createdAt=1_764_066_600, priority="high"),
            ticket(2, createdAt="1764066600000", priority="medium"),
            ticket(3, createdAt="ontem", priority="low"),
        ),
        {f"{ROW}.low .since": ["—"]},
        remarks=("unreadable",),
    ),
    Dialect(
        "fields of wrong types",
        tickets(
            0,
            ticket(0, assignedTo=["Técnico 1", "Técnico 2"], priority="critical"),
            ticket(1, assignedTo={"id": 3, "nome": "Zé"}, priority="high"),
            ticket(2, assignedTo=None, priority="low"),
        ),
        {
            WHO: ["Técnico 1, Técnico 2", "—", "Sem responsável"],
            WORD: ["Crítico", "Alto", "Baixo"],
            CRITICAL: ["1"],
        },
        remarks=("unreadable",),
    ),
    Dialect(
        "a title as mail has it",
        tickets(0, ticket(0, title="=?UTF-8?Q?Impressora_n=C3=A3o?= =?UTF-8?Q?_imprime?=")),
        {TITLE: ["Impressora não imprime"]},
    ),
    Dialect(
        "figures with a comma, a percent sign and none",
        dashboard(
            kpis={
                "openTickets": 10**400,
                "avgResponseTime": "2h 30m",
                "resolutionRate": "95,5",
                "customerSatisfaction": "95 %",
                "surveyCount": "n/a",
            }
        ),
        {KPIS: ["—", "2h 30m", "95,5%", "95%", "—"]},
        remarks=("unreadable", "unreadable"),
    ),
    Dialect(
        "people of whom nothing is known",
        dashboard(
            technicians=[
                {"name": "Bia", "specialization": "Redes", "available": None, "assignedCount": 2},
                {"name": "Caio", "specialization": "", "available": "sim", "assignedCount": "3"},
            ],
            analysts=[],
        ),
        {".technicians .state": ["Sem informação", "Disponível"]},
    ),
    Dialect(
        "projects with a date of the day first, and no progress",
        projects(
            project(0, None, dueDate="25/11/2020", status="Em testes", progress=None),
            project(1, None, dueDate="31/02/2026", responsible={"nome": "Zé"}, progress="50%"),
        ),
        {
            ".project .status": ["Em testes", "Em andamento"],
            ".project .percent": ["—", "50%"],
            ".project:last-child .facts .line:first-of-type": ["—"],
            ".project:last-child .due b": ["Sem data de entrega"],
        },
        remarks=("unreadable", "unreadable"),
    ),
    Dialect(
        "a list that is none",
        {"type": "tickets_update", "data": {"1": ticket(1)}, "timestamp": ago()},
        {f"{SETUP} h2": ["O helpdesk manda dados com erro"], ROW: []},
        fault="bad_message",
    ),
]
