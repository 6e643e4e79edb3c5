from typing import get_args

import pytest

from kioskd.config import SEVERITIES, STATUSES, GuideField
from kioskd.core import rows
from kioskd.core.words import WORDS, Words, plain


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("critical", "critical"),
        ("Crítica", "critical"),
        ("CRITICO", "critical"),
        ("Muito Alta", "critical"),
        ("muito_alta", "critical"),
        ("Muy alta", "critical"),
        ("Very high", "critical"),
        ("urgente", "critical"),
        ("Major", "critical"),
        ("6", "critical"),
        ("5", "critical"),
        ("Alta", "high"),
        ("4", "high"),
        ("Média", "medium"),
        ("3", "medium"),
        ("Baja", "low"),
        ("Muito baixa", "low"),
        ("1", "low"),
        ("P7", None),
        ("", None),
        ("7", None),
        ("0", None),
        ("open", None),
        ("__class__", None),
    ],
)
def test_a_word_of_the_three_languages_and_of_glpi_is_a_priority(
    word: str, right: str | None
) -> None:
    assert WORDS.priority(word) == right


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("Em atendimento (atribuído)", "assigned"),
        ("Processing (planned)", "planned"),
        ("En curso (asignada)", "assigned"),
        ("Em_Andamento", "in_progress"),
        ("Pendente", "pending"),
        ("Solucionado", "solved"),
        ("cerrado", "closed"),
        ("aguardando peça", None),
        ("critical", None),
    ],
)
def test_a_word_of_the_three_languages_and_of_glpi_is_a_status(
    word: str, right: str | None
) -> None:
    assert WORDS.status(word) == right
    assert WORDS.ticket_status(word) == right


def test_glpi_s_numbers_are_those_of_its_tickets_only() -> None:
    numbers = [WORDS.ticket_status(str(n)) for n in range(7)]
    right = [None, "new", "assigned", "planned", "pending", "solved", "closed"]
    assert numbers == right
    assert [WORDS.status(str(n)) for n in range(7)] == [None] * 7


def test_the_guide_s_own_words_mean_themselves() -> None:
    assert [WORDS.priority(word) for word in SEVERITIES] == list(SEVERITIES)
    assert [WORDS.status(word) for word in STATUSES] == list(STATUSES)
    assert WORDS.keeps_the_guides()


def test_a_source_s_words_go_before_the_table_and_change_no_other_source() -> None:
    own = Words({"1": "critical", "Bloqueador": "high", "na fila": "open", "high": "low"})
    assert [own.priority(word) for word in ("1", "bloqueador", "HIGH", "2")] == [
        "critical",
        "high",
        "low",
        "low",
    ]
    assert own.status("Na  Fila") == "open"
    assert own.ticket_status("1") == "new"  # a priority's number is no status's
    assert not own.keeps_the_guides()
    assert WORDS.priority("1") == "low"


def test_capitals_accents_and_punctuation_do_not_count() -> None:
    assert plain("  Em_Atendimento – (ATRIBUÍDO) ") == "em atendimento atribuido"


def test_every_field_that_is_read_can_be_named_in_the_settings() -> None:
    tables = (rows.TICKET, rows.PROJECT, rows.KPIS, rows.PERSON, rows.ACTIVITY, rows.ALERT)
    lists = {"data", "counters", "kpis", "technicians", "analysts", "recentActivity"}
    read = {name for table in tables for name in table}
    assert read | lists == set(get_args(GuideField))
