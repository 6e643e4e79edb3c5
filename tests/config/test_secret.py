"""No message about a configuration repeats what may be a secret, wherever it was written."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest

from kioskd.config import Config, field_types
from kioskd.config.reading import effective, parse
from kioskd.config.secret import Secret, Starred, scrub, shown, shown_path, strength
from kioskd.errors import ConfigError

MARKER = "mk7-Xq2vLw9-Zr4tB"
FORMS = (
    MARKER,
    f"https://desk.example/?token={MARKER}",
    f"wss://user:{MARKER}@desk.example/",
    f"htps//user:{MARKER}@desk.example/ws",
    f"desk.example?token={MARKER}",
    f"Bearer {MARKER}",
    f"*{MARKER}",
    f"!{MARKER}",
    f"'{MARKER}",
    f"[{MARKER}",
    f"{{{MARKER}: 1}}",
    f'"{MARKER}" {MARKER}',
    f"\n  {MARKER}: x",
)
# What is shown as it is, since it is a name for people and no key of a secret.
NAMES = {"name", "id", "language", "device", "driver", "output", "cookie", "header", "query"}


def keys(kind: Any, written: str = "%", above: tuple[type, ...] = ()) -> Iterator[str]:
    """YAML for every key below a type, also in lists and in each kind of source: ``%`` stands for
    its value."""
    for option in field_types.options(kind):
        if field_types.is_section(option) and option not in above:
            tag = option.__struct_config__.tag
            begin = "" if tag is None else f"kind: {tag}, "
            for name, field in field_types.fields(option).items():
                if name not in NAMES:
                    inner = written.replace("%", f"{{{begin}{name}: %}}")
                    yield from keys(field.type, inner, (*above, option))
        elif get_origin(option) is tuple:
            yield from keys(get_args(option)[0], written.replace("%", "[%]"), above)
        elif get_origin(option) is dict:
            yield from keys(get_args(option)[1], written.replace("%", "{x: %}"), above)
            yield written.replace("%", "{'%': x}")
    yield written


def block(written: str) -> str:
    """The same over several lines, as people write it; a list stays in one."""
    found, place = "", 0
    while (key := re.match(r"\{(\w+): (.*)\}$", written)) is not None:
        found += f"{'  ' * place}{key[1]}:\n"
        written, place = key[2], place + 1
    return f"{found.rstrip()} {written}\n"


PLACES = sorted({*keys(Config)})
# None of these may be forgotten, though the walk finds them.
SECRETS = (
    *("{server: {key: %}}", "{server: {tokens: [{file: %}]}}", "{mqtt: {auth: {key_file: %}}}"),
    *("{mqtt: {auth: {password_file: %}}}", "{mqtt: {fleet: {password_file: %}}}"),
    "{alerts: {escalate: {webhook: {token_file: %}}}}",
    *(f"{{sources: [{{kind: {kind}, auth: [{{file: %}}]}}]}}" for kind in ("channels", "rest")),
    *("{sources: [{kind: webhook, token_file: %}]}", "{sources: [{kind: glpi, url: %}]}"),
    "{sources: [{kind: webhook, acknowledge: {token_file: %}}]}",
    "{sources: [{kind: glpi, user_token_file: %}]}",
    "{sources: [{kind: glpi, oauth: {client_secret_file: %}}]}",
)


def test_the_walk_comes_by_every_place_of_a_secret() -> None:
    assert {*SECRETS} <= {*PLACES}
    assert len(PLACES) > 250


@pytest.mark.parametrize("form", FORMS)
def test_no_error_repeats_a_secret_from_any_key(form: str) -> None:
    found = 0
    for text in (make(place).replace("%", form) for place in PLACES for make in (str, block)):
        said, right = answer(text)
        found += not right
        if not right or "//" in form or "?" in form:
            assert MARKER not in said, text
    assert found > 250


def answer(text: str) -> tuple[str, bool]:
    """What `kioskd check` or `kioskd config` prints, and whether the file is right."""
    try:
        return effective(parse(text.encode(), "kioskd.yaml")), True
    except ConfigError as error:
        return str(error), False


def test_what_stood_in_an_address_is_starred_in_every_line_of_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = "Vk2-from-an-address"
    parse(
        f"sources: [{{kind: channels, url: 'ws://h/?a={secret}', views: [tickets]}}]".encode(), "f"
    )
    log = logging.getLogger("kioskd.test")
    caplog.handler.addFilter(Starred())
    log.error("the upstream said: %s", f"{secret} is wrong\nERROR forged\x1b[2J\u202e")
    try:
        raise ValueError(f"the token {secret}")
    except ValueError:
        log.exception("failed")
    assert secret not in caplog.text
    assert "\x1b" not in caplog.text
    assert "\u202e" not in caplog.text
    assert "\nERROR forged" not in caplog.text


def test_a_secret_is_never_shown_by_accident() -> None:
    secret = Secret(MARKER)
    said = [f"{secret}", f"{secret!r}", f"{secret:>40}", str([secret]), str({"a": secret})]
    assert not any(MARKER in each for each in said)
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        msgspec.json.encode(secret)
    assert secret.reveal() == MARKER
    assert secret == Secret(MARKER)
    assert secret != Secret("other-word")
    assert scrub(f"a {MARKER} b") == "a *** b"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ws://desk.example/ws/dashboard_control/", "ws://desk.example/ws/dashboard_control/"),
        ("ws://ana:pw@desk.example/?a=b#c", "ws://***@desk.example/?***"),
        ("https://desk.example/hook/9f8e7d6c5b4a39281706", "https://desk.example/hook/***"),
        ("portugues-brasileiro", "portugues-brasileiro"),
        ("192.168.100.100:8080", "192.168.100.100:8080"),
    ],
)
def test_what_may_be_a_secret_in_a_text_is_starred(text: str, said: str) -> None:
    assert shown(text) == said


def test_a_token_in_the_place_of_a_files_name_is_starred(tmp_path: Path) -> None:
    assert shown_path(tmp_path / "token") == str(tmp_path / "token")
    assert shown_path("/etc/kioskd/token") == "/etc/kioskd/token"
    assert shown_path("token.txt") == "token.txt"
    assert shown_path("hunter2") == "***"
    assert MARKER not in shown_path(f"/{MARKER}/x")


@pytest.mark.parametrize(
    ("word", "bits"),
    [("a" * 99, 0), ("abcabc", 0), ("0123456789" * 2, 66), ("0123456789abcdef" * 2, 128)],
)
def test_how_hard_a_word_is_to_guess(word: str, bits: int) -> None:
    assert int(strength(word)) == bits
