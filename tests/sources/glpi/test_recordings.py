"""Every recording is used, or named with the reason why not."""

import json
from pathlib import Path
from typing import Any

import pytest

from kioskd.errors import RefusedError, SourceError
from kioskd.sources.glpi.answers import (
    GenericError,
    NotThere,
    PastTheEnd,
    RightMissing,
    SessionEnded,
    failure,
)
from kioskd.sources.glpi.search import OPEN, Criterion, search
from kioskd.sources.outage import Outage, Refusal
from tests.support.glpi_replay import PlayedGlpi, question, recorded, recordings

# What each answer that is no data means: a fault's code, or an error of the session's own.
FAILURES: dict[str, str | type[Exception]] = {
    "00-init-api-disabled": GenericError,
    "00-init-bad-user-token": "glpi_user_token",
    "00-init-basic-bad-password": "glpi_user_token",
    "00-init-basic-disabled": "glpi_user_token",
    "00-init-get-with-body": "glpi_error",
    "00-init-ip-not-allowed": "glpi_address",
    "00-init-missing-app-token": "glpi_app_token",
    "00-init-no-authorization": "glpi_no_authorization",
    "00-init-user-inactive": "glpi_user_token",
    "00-init-wrong-app-token": "glpi_app_token",
    "01-search-bad-session": SessionEnded,
    "01-search-no-app-token": "glpi_app_token",
    "01-search-no-session-header": "glpi_error",
    "01-search-odd-session-chars": SessionEnded,
    "01-search-wrong-app-token": "glpi_app_token",
    "02-kill-again": SessionEnded,
    "02-kill-no-token": "glpi_error",
    "02-search-after-kill": SessionEnded,
    "02-search-expired-session": SessionEnded,
    "03-api-php-v1-on-10": "glpi_path",
    "03-apirest-root-html": "glpi_path",
    "03-bad-json-post": "glpi_error",
    "03-item-id-zero": NotThere,
    "03-item-not-found": NotThere,
    "03-log-forbidden-technician": RightMissing,
    "03-method-patch": "glpi_write",
    "03-site-root-html": "glpi_path",
    "03-unknown-endpoint": "glpi_error",
    "03-unknown-itemtype": "glpi_error",
    "03-unknown-itemtype-list": "glpi_error",
    "03-write-as-readonly": "glpi_write",
    "03-wrong-url-prefix-html": "glpi_path",
    "03-wrong-url-typo-html": "glpi_path",
    "04-search-all-clients-inactive": "glpi_address",
    "04-search-api-disabled-midsession": GenericError,
    "05-db-down-init": "glpi_database",
    "05-db-down-search": "glpi_database",
    "05-db-needs-update-init": "glpi_update",
    "05-db-needs-update-search": "glpi_update",
    "05-maintenance-init": "glpi_maintenance",
    "05-maintenance-search": "glpi_maintenance",
    "10-search-criteria-malformed": "glpi_empty",
    "10-search-empty-start-gt0": PastTheEnd,
    "10-search-field-bad": GenericError,
    "10-search-open-out-of-range": PastTheEnd,
    "10-search-range-bad": GenericError,
    "15-list-Ticket-badfield": "glpi_error",
    "15-list-Ticket-badsort": GenericError,
    "15-list-Ticket-out": PastTheEnd,
    "21-ProjectState-as-technician": RightMissing,
    "22-getMultipleItems-with-missing": NotThere,
    "60-scale2000-page-beyond": PastTheEnd,
    "80-apache-api-php-v1": "glpi_path",
    "80-apache-apirest-root": "glpi_path",
    "80-apache-db-down-init": "glpi_database",
    "80-apache-db-down-search": "glpi_database",
    "80-apache-fatal-criteria": "glpi_empty",
    "80-apache-long-url": "http_error",
    "80-apache-maintenance": "glpi_maintenance",
    "80-apache-search-bad-session": SessionEnded,
    "80-apache-site-root": "glpi_path",
    "80-apache-typo": "glpi_path",
    "80-apache-wrong-prefix": "glpi_path",
    "91-lang-en-bad-range": GenericError,
}
# Used by a test of their own, or by the played GLPI as its data: the file in which they are named.
ELSEWHERE = {
    "00-init-ok-full-session": "the played GLPI",
    "90-tz-manaus-full-session": "test_session",
    "90-tz-server-full-session": "test_session",
    "90-tz-utc-full-session": "test_session",
    "90-tz-manaus-search": "test_session",
    "90-tz-server-search": "test_session",
    "90-tz-utc-search": "test_session",
    "51-getGlpiConfig": "the played GLPI",
    "01-getActiveEntities": "the played GLPI",
    "01-getActiveProfile-trimmed": "the played GLPI",
    "13-kpi-opened-30d": "test_views",
    "13-survey-61-62": "test_views",
    "15-list-Ticket-0-4": "the played GLPI",
    "15-Ticket-49": "test_text",
    "15-Ticket-49-raw-header": "test_text",
    "15-Ticket-63-encoded-title": "test_text",
    "15-Ticket-63-encoded-title-raw-header": "test_text",
    "16-Ticket_User-assigned-last": "the played GLPI",
    "16-Group_Ticket-assigned-last": "the played GLPI",
    "17-TicketSatisfaction-list": "the played GLPI",
    "23-search-Project-tasks": "the played GLPI",
    "30-search-User": "the played GLPI",
    "31-Group-list": "the played GLPI",
    "31-Group_User-list": "the played GLPI",
    "40-Log-ticket-last": "the played GLPI",
    "50-listSearchOptions-Ticket-trimmed": "test_recordings",
    "70-seq-0-log": "test_views",
    "70-seq-1-log": "test_views",
    "70-seq-2-log": "test_views",
    "70-seq-3-log": "test_views",
    "70-seq-4-log": "test_views",
    "70-seq-5-log": "test_views",
    "70-seq-6-log": "test_views",
    "70-seq-7-log": "test_views",
    "70-seq-0-poll": "test_sequence",
    "70-seq-1-poll": "test_sequence",
    "70-seq-2-poll": "test_sequence",
    "70-seq-3-poll": "test_sequence",
    "70-seq-4-poll": "test_sequence",
    "70-seq-5-poll": "test_sequence",
    "70-seq-6-poll": "test_sequence",
    "70-seq-7-poll": "test_sequence",
    "72-late": "the played GLPI",
    "70-seq-3-admin": "test_writeback",
    "70-seq-2-admin": "test_writeback",
}
NOT_NEEDED = {
    "00-init-basic-ok": "kioskd logs in with a token only",
    "00-init-content-type-form": "kioskd sends no body with a GET",
    "00-init-ok-user-token": "kioskd always asks for the full session",
    "00-init-token-in-query": "a token in an address lands in logs",
    "01-changeActiveEntities-all": "kioskd names one entity or none",
    "01-changeActiveEntities-back": "kioskd changes the entity once, after the login",
    "01-changeActiveEntities-one": "the same answer, `true`, as the played GLPI gives",
    "01-getActiveEntities-after-change": "kioskd doesn't ask again",
    "01-getMyEntities": "for `kioskd glpi try` only, which reads the full session",
    "01-getMyProfiles": "the account's own profile is used",
    "01-search-one-entity-active": "the columns of a display that is asked for without column 80",
    "02-kill-ok": "the same answer, `true`, as the played GLPI gives",
    "03-head": "no HEAD is sent",
    "03-item-entity-zero": "entities are not read one by one",
    "03-method-post-init": "no such method is sent",
    "03-method-put-search": "no such method is sent",
    "03-options-preflight": "a browser's request",
    "04-search-user-deactivated-midsession": "the session goes on: nothing to do",
    "06-content-type-text-html": "kioskd sends no such header",
    "06-content-type-text-plain": "kioskd sends no such header",
    "10-search-no-params": "kioskd always names range and columns",
    "10-search-no-range": "kioskd always names a range",
    "10-search-forcedisplay-bad": "no such column is asked for",
    "10-search-order-bad": "no such order is asked for",
    "10-search-range-reversed": "no such range is asked for",
    "10-search-searchtype-bad": "no such type is asked for",
    "10-search-sort-bad": "no such column is sorted by",
    "11-search-all-actors": "requesters and observers are not shown",
    "11-search-giveitems": "an option that adds HTML",
    "11-search-rawdata": "an option that echoes the secrets",
    "11-search-uid-cols": "an option that loses columns",
    "11-search-withindexes": "read by `rows_of`, see below, though kioskd doesn't ask for it",
    "11-search-sanitized-header-false": "the header does nothing for a search",
    "14-deleted": "the trash is not shown",
    "14-not-contains": "no such filter is sent",
    "14-title-contains-accent": "no such filter is sent",
    "14-title-contains-amp": "no such filter is sent",
    "15-Ticket-deleted": "tickets are not read one by one",
    "20-Project-1": "projects are read as a list",
    "20-Project-7-expand-zero": "names are not expanded by GLPI",
    "20-Project-deleted-list": "the trash is not shown",
    "20-Project-list-expand": "names are not expanded by GLPI",
    "20-Project-list-raw-header": "kioskd decodes by itself, as searches need it anyway",
    "23-search-Project-rawdata": "an option that echoes the secrets",
    "80-apache-gzip-accept": "aiohttp's own work",
    "80-apache-head": "no HEAD is sent",
    "80-apache-init-ok": "the same as 00-init-ok-user-token",
    "80-apache-options": "a browser's request",
    "80-apache-search-open-0-9": "the same as 10-search-open-p1-0-9",
    "91-lang-en-search": "the same columns in English: no value depends on the language",
}
UNREAD = {
    "12-count-opened-": "relative words beside -nDAY are not sent",
    "15-list-Ticket-": "tickets come from searches",
    "16-Ticket-": "sub-items are not read one by one",
    "16-Ticket_User-list": "the assignments are read newest first",
    "17-Ticket": "surveys come from the search, which knows entities",
    "18-": "several kinds at once are not read",
    "22-": "GLPI 10 hides tasks: they are counted by search/Project, see projects.py",
    "24-": "project teams are not shown",
    "30-User-": "users come from searches, which are a tenth of the size",
    "31-Group": "the members come from search/User",
    "32-": "dropdowns come with the searches",
    "40-": "another part of the history, or an option of it that kioskd doesn't use",
    "50-": "trimmed; see the one of tickets",
    "52-": "the same as 02-kill-ok",
    "60-": "figures of a larger GLPI with the same columns; measured in docs/glpi.md",
    "70-seq-": "what the recorder's administrator did between two polls",
    "71-": "the same search as 23-search-Project-min, after a change",
    "91-": "English names of the same columns",
}


def modelled() -> list[str]:
    """Searches and lists that the played GLPI answers by itself, to the last byte of JSON."""
    return [
        name
        for name, found in recordings().items()
        if (
            found["method"] == "GET" and name.startswith(("10", "11", "12", "13", "14", "16", "20"))
        )
        or name
        in (
            "21-ProjectState",
            "23-search-Project-min",
            "23-search-Project-as-technician",
            "30-search-User-by-group",
            "31-Group_User-technician",
        )
    ]


# Those of the above that ask for what kioskd never asks for, as UNREAD and NOT_NEEDED say.
OTHER_ROWS = {
    "12-count-opened-morethan-BEGINMONTH",
    "12-count-opened-morethan-BEGINYEAR",
    "12-count-opened-morethan-LASTMONDAY",
    "12-count-opened-morethan-TODAY",
    "12-count-opened-morethan-lixo",
    "12-count-opened-morethan-minus1MONTH",
    "12-count-opened-morethan-minus90DAY",
}
PLAYED = [
    name
    for name in modelled()
    if name not in FAILURES
    and name not in NOT_NEEDED
    and name not in OTHER_ROWS
    and not name.startswith(("16-Ticket-", "16-Ticket_User-list"))
]


@pytest.mark.parametrize("name", PLAYED)
def test_the_played_glpi_answers_a_search_as_the_real_one_did(name: str) -> None:
    found = recordings()[name]
    status, headers, data = PlayedGlpi().answer(*question(found["target"]))
    assert data == found["json"]
    assert status == found["status"]
    assert headers.get("Content-Range") == found["headers"].get("Content-Range")


@pytest.mark.parametrize("name", FAILURES)
def test_an_answer_that_is_no_data_has_its_own_fault(name: str) -> None:
    found, meant = recordings()[name], FAILURES[name]
    kind = found["headers"].get("Content-Type", found["headers"].get("Content-type", ""))
    body: Any = recorded(name)
    sent = (json.dumps(body, ensure_ascii=False) if "json" in found else body).encode()
    error = failure(
        found["status"], kind.startswith("application/json"), sent, "glpi.example:443", "/x"
    )
    if isinstance(meant, str):
        assert isinstance(error, Outage | Refusal)
        assert error.fault.code == meant
    else:
        assert isinstance(error, meant)
    assert isinstance(error, SourceError | RefusedError)


@pytest.mark.parametrize("name", sorted(set(recordings()) - set(FAILURES)))
def test_an_answer_with_data_is_no_failure(name: str) -> None:
    found = recordings()[name]
    if found["headers"].get("Content-Type", "").startswith("application/json"):
        assert failure(found["status"], True, b"[]", "glpi.example:443", "/x") is None
    else:
        assert found["method"] in ("HEAD", "OPTIONS")


def test_every_recording_is_used_or_named_with_the_reason() -> None:
    named = {*PLAYED, *FAILURES, *ELSEWHERE, *NOT_NEEDED}
    left = [n for n in recordings() if n not in named and not n.startswith(tuple(UNREAD))]
    assert left == []
    assert named <= set(recordings())
    used = [n for n in recordings() if n in PLAYED or n in FAILURES or n in ELSEWHERE]
    assert len(used) >= 140


# How a recording is named where its name is put together.
PUT_TOGETHER = {"70-seq-": "70-seq-{", "90-tz-": '"90-tz-', "72-": '"72"'}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_recording_is_named_where_it_is_said_to_be(name: str) -> None:
    here, where = Path(__file__).parent, ELSEWHERE[name]
    played = here.parents[1] / "support" / "glpi_replay.py"
    text = (played if where == "the played GLPI" else here / f"{where}.py").read_text()
    if where == "test_recordings":  # below the tables
        text = text.rpartition("PLAYED = [")[2]
    put = [form for start, form in PUT_TOGETHER.items() if name.startswith(start) and form in text]
    assert put or f'"{name}"' in text


def test_the_columns_that_kioskd_asks_for_are_what_the_real_glpi_calls_so() -> None:
    told = recorded("50-listSearchOptions-Ticket-trimmed")
    meant = {
        1: "name",
        2: "id",
        3: "priority",
        10: "urgency",
        12: "status",
        15: "date",
        19: "date_mod",
        18: "time_to_resolve",
        21: "content",
        80: "completename",
        5: "name",
        8: "completename",
        150: "takeintoaccount_delay_stat",
        154: "solve_delay_stat",
        61: "date_answered",
        62: "satisfaction",
    }
    fields = {number: told[str(number)]["field"] for number in meant if str(number) in told}
    assert fields == {number: meant[number] for number in fields}
    assert len(fields) >= 12


def test_a_query_is_written_as_the_recorded_ones_were() -> None:
    target = recordings()["12-nested-criteria"]["target"]
    either = [Criterion(3, "equals", "5"), Criterion(3, "equals", "6")]
    ours = search([OPEN, either], [3])
    assert [pair for pair in ours if pair[0].startswith("criteria")] == [
        pair for pair in question(target)[1] if pair[0].startswith("criteria")
    ]
