"""`kioskd glpi try`, against a played GLPI."""

import asyncio
import re
from pathlib import Path
from typing import get_args

import pytest

from kioskd.cli import glpi as command
from kioskd.cli import main
from kioskd.cli.glpi_advice import todo
from kioskd.config import Glpi, Language
from kioskd.config.reading import parse
from kioskd.core.faults import Code, Fault
from kioskd.words import languages, speak
from tests.support.glpi_replay import APP_TOKEN, USER_TOKEN, PlayedGlpi


async def walk(
    glpi: PlayedGlpi,
    folder: Path,
    language: Language = "en",
    user: str = USER_TOKEN,
    entity: int | None = None,
    path: str = "",
    page: str = "",
) -> tuple[int, list[str]]:
    """The exit code and the lines of a try."""
    speak(language)
    url = await glpi.start() + path
    if page:
        url = url.removesuffix("/apirest.php") + page
    files = (folder / "user", folder / "app")
    for file, secret in zip(files, (user, APP_TOKEN), strict=True):
        file.write_text(secret)
    said: list[str] = []
    try:
        secrets = command.Secrets(*files)
        code = await asyncio.to_thread(command.try_out, url, None, secrets, entity, said.append)
    finally:
        await glpi.close()
    return code, said


async def test_a_glpi_that_is_well_ends_in_lines_that_the_configuration_takes(
    tmp_path: Path,
) -> None:
    glpi = PlayedGlpi()
    code, said = await walk(glpi, tmp_path)
    assert code == 0
    assert [line for line in said if line.startswith("FAIL")] == []
    assert any("kiosk.api, profile Read-Only, GLPI 10.0.19" in line for line in said)
    assert any("may read tickets: 62" in line for line in said)
    assert any("N1 – Suporte & Triagem" in line for line in said)
    assert glpi.sessions == set()
    assert glpi.killed == 1
    first = next(at for at, line in enumerate(said) if line.startswith("  - kind"))
    lines = said[first : said.index("", first)]
    config = parse(("sources:\n" + "\n".join(lines) + "\n").encode(), "kioskd.yaml")
    (source,) = config.sources
    assert isinstance(source, Glpi)
    assert source.app_token_file == "/etc/kioskd/glpi-app"
    assert USER_TOKEN not in "".join(said)


@pytest.mark.parametrize(
    ("broken", "language", "clicked"),
    [
        ("00-init-api-disabled", "pt-BR", "Configurar > Geral > API"),
        ("00-init-api-disabled", "en", "Setup > General > API"),
        ("00-init-api-disabled", "es", "Configuración > General > API"),
        ("00-init-ip-not-allowed", "pt-BR", "Intervalo de endereço IPv4"),
        ("00-init-missing-app-token", "en", "Application token"),
        ("03-apirest-root-html", "en", "/apirest.php"),
        ("05-db-down-init", "es", "MariaDB"),
        ("05-maintenance-init", "pt-BR", "manutenção"),
        ("05-db-needs-update-init", "en", "db:update"),
    ],
)
async def test_each_failure_says_what_to_click_in_the_persons_language(
    broken: str, language: Language, clicked: str, tmp_path: Path
) -> None:
    glpi = PlayedGlpi()
    glpi.broken = broken
    code, said = await walk(glpi, tmp_path, language)
    assert code == 1
    assert said[-2].startswith("FAIL")
    assert clicked in said[-1]


@pytest.mark.parametrize(
    ("url", "do"),
    [
        ("http://127.0.0.1:1/apirest.php", "O GLPI não responde nesse endereço"),
        ("http://glpi.invalid/apirest.php", "confira o endereço letra por letra|esta rede|DNS"),
    ],
)
async def test_an_address_at_which_no_glpi_is_says_what_to_do(
    url: str, do: str, tmp_path: Path
) -> None:
    (tmp_path / "user").write_text(USER_TOKEN)
    said: list[str] = []
    secrets = command.Secrets(user_token=tmp_path / "user")
    speak("pt-BR")
    code = await asyncio.to_thread(command.try_out, url, None, secrets, None, said.append)
    assert code == 1
    assert said[0].startswith("FAIL")
    assert re.search(f"O que fazer: .*({do})", said[1])


@pytest.mark.parametrize(("language", "line"), [("es", "Qué hacer"), ("en", "What to do")])
def test_the_command_speaks_the_kiosks_language(
    language: str,
    line: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    file = tmp_path / "kioskd.yaml"
    file.write_text(f"kiosk: {{language: {language}}}\nsources: [{{kind: demo}}]\n")
    monkeypatch.setattr(main, "candidate", lambda named: file)
    secret = tmp_path / "user"
    secret.write_text(USER_TOKEN)
    asked = ["glpi", "try", "http://127.0.0.1:1/", "--user-token-file", str(secret)]
    assert main.main(asked) == 1
    assert line in capsys.readouterr().out


async def test_a_wrong_user_token_is_found_after_the_api_was_found_on(tmp_path: Path) -> None:
    code, said = await walk(PlayedGlpi(), tmp_path, user="WRONG")
    assert code == 1
    assert said[1] == "ok   API on, and open to this machine"
    assert "Remote access keys" in said[-1]


async def test_a_missing_right_is_named_with_what_it_costs(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.wrong["Log"] = "03-log-forbidden-technician"
    code, said = await walk(glpi, tmp_path, "pt-BR")
    assert code == 1
    (line,) = [line for line in said if line.startswith("FAIL")]
    assert "NÃO pode ler o histórico" in line
    assert any("Administração > Perfis > Read-Only" in line for line in said)
    assert any("kind: glpi" in line for line in said)  # the wall works all the same


async def test_an_account_that_sees_a_part_only_is_told_so_and_which_right_it_lacks(
    tmp_path: Path,
) -> None:
    glpi = PlayedGlpi()
    glpi.rights = {"ticket": 1}
    code, said = await walk(glpi, tmp_path, "pt-BR")
    assert code == 1
    (line,) = [line for line in said if line.startswith("FAIL")]
    assert "só vê uma parte: chamados" in line
    assert "Ver todos chamados" in line


# What a try never meets: it looks at no group, no user's name and no list that moves, and writes
# nothing; a right that is missing has a line of its own.
_NEVER = {"glpi_right", "glpi_partial", "glpi_group", "glpi_user", "glpi_moving", "glpi_write"}


@pytest.mark.parametrize("code", [each for each in get_args(Code) if each.startswith("glpi_")])
def test_whatever_glpi_answers_is_told_in_every_language_with_what_to_do(code: Code) -> None:
    if code in _NEVER:
        return
    fault = Fault(code, {"place": "glpi.example"})
    told, done = set(), set()
    for language in languages():
        speak(language)
        told.add(str(fault))
        done.add(todo(code))
    assert len(told) == len(done) == len(languages())
    assert not [line for line in told if "{" in line]


async def test_any_page_of_glpi_leads_to_its_api(tmp_path: Path) -> None:
    code, said = await walk(PlayedGlpi(), tmp_path, page="/front/central.php")
    assert code == 0
    assert said[0].endswith("/apirest.php")
    assert any(line.strip().startswith("url: ") and line.endswith("/apirest.php") for line in said)


async def test_a_groups_name_with_quotes_makes_no_broken_lines(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.groups[0]["completename"] = 'Redes & "Telefonia"'
    code, said = await walk(glpi, tmp_path)
    assert code == 0
    first = next(at for at, line in enumerate(said) if line.startswith("  - kind"))
    lines = "\n".join(said[first : said.index("", first)]).replace("# tech", "tech")
    (source,) = parse(f"sources:\n{lines}\n".encode(), "kioskd.yaml").sources
    assert isinstance(source, Glpi)
    assert source.technicians is not None
    assert source.technicians.group == 'Redes & "Telefonia"'
