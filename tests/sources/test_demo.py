"""The made-up helpdesk: one seed, one story, told in the guide's exact words."""

import asyncio
import datetime
import itertools
from collections import Counter
from contextlib import aclosing
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kioskd.config import SEVERITIES, VIEWS, Demo, Language
from kioskd.core.messages import Alert, Update, encode
from kioskd.core.parser import Parser
from kioskd.sources import Context
from kioskd.sources.demo import CHANGES, Happening, Helpdesk, messages
from kioskd.sources.demo_words import WORDS, Words

NOON = datetime.datetime(2025, 11, 18, 12, 0, tzinfo=datetime.UTC)
UNSPOKEN = ("id", "priority", "status", "assignedTo", "createdAt")  # alike in every language
LONG = 600  # steps: half an hour at tempo 1


def desk(seed: int = 1, tickets: int = 14) -> Helpdesk:
    return Helpdesk(Demo(seed=seed, tickets=tickets), lambda: NOON)


def told(story: Helpdesk, steps: int) -> tuple[list[Happening], bytes]:
    happened = [thing for _ in range(steps) for thing in story.step()]
    return happened, encode(story.updates())


def test_the_same_seed_tells_the_same_story() -> None:
    assert told(desk(seed=5), 200) == told(desk(seed=5), 200)


@pytest.mark.parametrize("language", get_args(Language))
def test_in_every_language_the_same_happens_in_other_words(language: Language) -> None:
    portuguese, other = desk(), Helpdesk(Demo(), lambda: NOON, language)
    for _ in range(200):
        happened, same = portuguese.step(), other.step()
        assert [(t.kind, t.subject, t.severity) for t in same if t.kind != "shift"] == [
            (t.kind, t.subject, t.severity) for t in happened if t.kind != "shift"
        ]
        ours, theirs = portuguese.updates(), other.updates()
        for row, theirs_row in zip(ours["tickets"]["data"], theirs["tickets"]["data"], strict=True):
            assert {k: row[k] for k in UNSPOKEN} == {k: theirs_row[k] for k in UNSPOKEN}
            assert (row["title"] == theirs_row["title"]) == (language == "pt-BR")


def test_words_of_one_language_stand_in_no_other() -> None:
    def spoken(words: Words) -> set[str]:
        titles = {title for problem in words.problems for title in problem}
        templates = {words.new, words.closed, words.started, words.progress}
        return titles | set(words.projects) | templates

    for one, other in itertools.combinations(WORDS.values(), 2):
        assert not spoken(one) & spoken(other)
        for name in ("problems", "places", "skills", "projects", "urgency"):
            assert len(getattr(one, name)) == len(getattr(other, name))


@pytest.mark.asyncio
async def test_a_kiosk_in_english_has_english_tickets() -> None:
    context = Context("k", language="en")
    async with asyncio.timeout(20), aclosing(messages(Demo(), context)) as story:
        update = await anext(story)
    assert isinstance(update, Update)
    titles = {title for title, _ in WORDS["en"].problems}
    assert {ticket.title.partition(" - ")[0] for ticket in update.rows} <= titles


def test_another_seed_tells_another_story() -> None:
    assert told(desk(seed=5), 200) != told(desk(seed=6), 200)


@settings(max_examples=30, deadline=None)
@given(st.integers(), st.integers(0, 40), st.integers(0, 120))
def test_every_frame_is_the_guides_shape_and_its_figures_agree(
    seed: int, tickets: int, steps: int
) -> None:
    story = desk(seed, tickets)
    told(story, steps)
    updates = story.updates()
    for view in VIEWS:
        frame = encode(updates[view])
        parsed = Parser().parse(frame)
        assert isinstance(parsed, Update)
        assert parsed.view == view
        assert parsed.frame is frame  # the exact path: not put right, not encoded again
    data, counters = updates["tickets"]["data"], updates["tickets"]["counters"]
    counted = Counter(ticket["priority"] for ticket in data)
    assert counters == {name: counted[name] for name in SEVERITIES} | {"total": len(data)}
    assert len({ticket["id"] for ticket in data}) == len(data)
    board = updates["dashboard"]
    assert board["kpis"]["openTickets"] == len(data)
    people = board["technicians"] + board["analysts"]
    taken = Counter(ticket["assignedTo"] for ticket in data if ticket["assignedTo"])
    assert {p["name"]: p["assignedCount"] for p in people if p["assignedCount"]} == taken
    for project in updates["projects"]["data"]:
        total = project["completed"] + project["inProgress"] + project["pending"]
        assert project["progress"] == round(100 * project["completed"] / total)
        assert (project["status"] == "completed") == (project["completed"] == total)


@pytest.mark.parametrize("seed", range(1, 6))
def test_in_half_an_hour_everything_happens_and_critical_stays_rare(seed: int) -> None:
    happened, _ = told(desk(seed), LONG)
    kinds = Counter(thing.kind for thing in happened)
    assert set(kinds) == set(CHANGES)
    assert 100 < kinds["new"] < 200  # every 12 s is 150
    critical = [t for t in happened if t.severity == "critical"]
    assert len(critical) <= 15


@pytest.mark.parametrize("wanted", [5, 14, 40])
def test_the_queue_hovers_around_the_wanted_length(wanted: int) -> None:
    story, lengths = desk(tickets=wanted), []
    for _ in range(2000):
        story.step()
        lengths.append(story.updates()["tickets"]["counters"]["total"])
    assert lengths[0] == pytest.approx(wanted, abs=1)
    assert wanted * 0.7 < sum(lengths) / len(lengths) < wanted * 1.3
    assert max(lengths) < wanted * 2 + 5


@settings(max_examples=30, deadline=None)
@given(st.integers())
def test_a_view_changes_only_when_a_happening_says_so(seed: int) -> None:
    story = desk(seed)
    before = {view: encode(update) for view, update in story.updates().items()}
    for _ in range(60):
        views = set().union(*(CHANGES[thing.kind] for thing in story.step()))
        after = {view: encode(update) for view, update in story.updates().items()}
        assert {view for view in VIEWS if after[view] != before[view]} == views
        before = after


def test_what_happened_is_seen_in_the_tickets() -> None:
    story = desk()
    for _ in range(LONG):
        happened = story.step()
        now = {ticket["id"]: ticket for ticket in story.updates()["tickets"]["data"]}
        closed = {thing.subject for thing in happened if thing.kind == "closed"}
        for thing in happened:
            if thing.kind in ("new", "escalation") and thing.subject not in closed:
                assert now[thing.subject]["title"] == thing.title
            elif thing.kind == "assignment" and thing.subject not in closed:
                assert now[thing.subject]["assignedTo"]
        assert not closed & set(now)


def test_an_alert_is_said_only_for_a_project_whose_progress_stayed() -> None:
    """kioskd derives one from changed progress; a second banner for it would be a stutter."""
    story, started = desk(), 0
    for _ in range(LONG):
        before = {p["id"]: p["progress"] for p in story.updates()["projects"]["data"]}
        happened = story.step()
        after = {p["id"]: p["progress"] for p in story.updates()["projects"]["data"]}
        for thing in happened:
            if thing.kind == "started":
                started += 1
                assert after[thing.subject] == before[thing.subject]
                assert isinstance(Parser().parse(encode(story.alert(thing))), Alert)
    assert started > 5


def test_one_project_is_late_and_one_is_due_today() -> None:
    today = NOON.astimezone().date().isoformat()
    due = [project["dueDate"] for project in desk().updates()["projects"]["data"]]
    assert [sum(day < today for day in due), due.count(today)] == [1, 1]


@pytest.mark.asyncio
async def test_the_three_views_come_first_and_then_the_changes() -> None:
    async with asyncio.timeout(20), aclosing(messages(Demo(tempo=100), Context("k"))) as story:
        heard = [await anext(story) for _ in range(3)]
        assert [m.view for m in heard if isinstance(m, Update)] == list(VIEWS)
        latest = {m.view: m.content for m in heard if isinstance(m, Update)}
        while not any(isinstance(message, Alert) for message in heard):
            heard.append(message := await anext(story))
            if isinstance(message, Update):
                assert message.content != latest[message.view]
                latest[message.view] = message.content
    alert = heard[-1]
    assert isinstance(alert, Alert)
    assert alert.kind == "project_update_alert"
    assert alert.id in [project.id for project in latest["projects"]]


@pytest.mark.asyncio
async def test_an_asked_view_is_told_at_once() -> None:
    context = Context("k")
    slow = Demo(tempo=0.001)  # a step in fifty minutes
    async with asyncio.timeout(10), aclosing(messages(slow, context)) as story:
        for _ in VIEWS:
            await anext(story)
        context.asks.add("projects")
        answer = await anext(story)
        assert isinstance(answer, Update)
        assert answer.view == "projects"


@pytest.mark.asyncio
async def test_a_panel_that_asks_without_pause_does_not_stop_the_story() -> None:
    context = Context("k")
    async with asyncio.timeout(20), aclosing(messages(Demo(tempo=100), context)) as story:
        async for message in story:
            context.asks.add("tickets")
            if isinstance(message, Alert):
                break
            await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_views_that_another_source_owns_are_not_told() -> None:
    only = Demo(tempo=100, views=("projects",))
    async with asyncio.timeout(20), aclosing(messages(only, Context("k"))) as story:
        async for message in story:
            if isinstance(message, Alert):
                break
            assert isinstance(message, Update)
            assert message.view == "projects"
