from typing import Any

import pytest

from kioskd.core.dialect import Dialect, propose

TICKET = ("id", "title", "assignedTo", "priority", "status", "createdAt")


@pytest.mark.parametrize(
    ("row", "right"),
    [
        (
            {"assigned_to": "Ana", "created_at": "x", "updated_at": "y"},
            {"assignedTo": "assigned_to", "createdAt": "created_at"},
        ),
        (
            {"Título": "x", "responsável": {"id": 3, "nome": "Zé"}, "prioridade": 1},
            {"title": "Título", "assignedTo": "responsável.nome", "priority": "prioridade"},
        ),
        (
            {"asunto": "x", "técnico": ["Ana"], "estado": 1, "fecha_apertura": "x"},
            {
                "title": "asunto",
                "assignedTo": "técnico",
                "status": "estado",
                "createdAt": "fecha_apertura",
            },
        ),
        ({"data_de_abertura_do_chamado": "x"}, {"createdAt": "data_de_abertura_do_chamado"}),
        ({"prioritty": 1}, {"priority": "prioritty"}),
        ({"foo": 1, "bar": 2}, {}),
        ({}, {}),
    ],
)
def test_the_most_likely_name_is_proposed_for_each_field(
    row: dict[str, Any], right: dict[str, str]
) -> None:
    assert propose(TICKET, row) == right


def test_one_name_is_proposed_for_one_field_only() -> None:
    assert propose(("createdAt", "dueDate"), {"date": 1}) == {"createdAt": "date"}
    both = propose(("createdAt", "dueDate"), {"due_date": 1, "date": 2})
    assert both == {"createdAt": "date", "dueDate": "due_date"}


def test_names_of_the_settings_stand_beside_the_source_s_own() -> None:
    dialect = Dialect({"title": "titulo", "entity": "onde.nome", "status": "a.b", "urgency": None})
    item = {"titulo": "Rede", "onde": {"nome": "Matriz"}, "a.b": "open", "urgency": "x"}
    dialect.translate(item, ("title", "entity", "status", "createdAt"))
    assert (item["title"], item["entity"], item["status"]) == ("Rede", "Matriz", "open")
    assert item["titulo"] == "Rede"
    assert dialect.without == {"urgency"}


@pytest.mark.parametrize("item", [{}, {"onde": None}, {"onde": "Matriz"}, {"onde": {"x": 1}}])
def test_a_name_of_the_settings_that_is_not_there_adds_nothing(item: dict[str, Any]) -> None:
    before = dict(item)
    Dialect({"entity": "onde.nome"}).translate(item, ("entity",))
    assert item == before
