"""`kioskd glpi try` with GLPI 11's new API, against a played GLPI."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from kioskd.cli import glpi as command
from kioskd.config import Glpi, Language
from kioskd.config.reading import parse
from kioskd.words import speak
from tests.support.glpi_highlevel import CLIENT, PlayedHighLevel


async def walk(
    glpi: PlayedHighLevel,
    folder: Path,
    language: Language = "en",
    entity: int | None = None,
    typed: Mapping[str, str] = CLIENT,
) -> tuple[int, list[str]]:
    """The exit code and the lines of a try."""
    speak(language)
    url = await glpi.start()
    files = [folder / name for name in ("client_id", "client_secret", "username", "password")]
    for file in files:
        file.write_text(typed[file.name])
    secrets = command.Secrets(None, None, *files)
    said: list[str] = []
    try:
        code = await asyncio.to_thread(command.try_out, url, None, secrets, entity, said.append)
    finally:
        await glpi.close()
    return code, said


async def test_a_glpi_that_is_well_ends_in_lines_that_the_configuration_takes(
    tmp_path: Path,
) -> None:
    code, said = await walk(PlayedHighLevel(), tmp_path, entity=2)
    assert code == 0
    assert [line for line in said if line.startswith("FAIL")] == []
    assert "ok   new API on; kioskd takes its v2.3" in said
    assert "ok   OAuth client and user taken: painel, profile Read-Only" in said
    assert "ok   may read tickets: 62" in said
    assert any(line.startswith("entities") and "2 Entidade raiz > Sul & Leste" in line
               for line in ("\n".join(said)).splitlines())  # fmt: skip
    assert any("N1 – Suporte & Triagem" in line for line in said)
    first = next(at for at, line in enumerate(said) if line.startswith("  - kind"))
    lines = said[first : said.index("", first)]
    config = parse(("sources:\n" + "\n".join(lines) + "\n").encode(), "kioskd.yaml")
    (source,) = config.sources
    assert isinstance(source, Glpi)
    assert (source.api, source.entity) == ("v2", 2)
    assert source.oauth is not None
    made = {line.split()[-1] for line in said if line.startswith("  sudo install")}
    named = {file for _, file in source.secret_files()}
    assert made == named
    assert not any(secret in line for secret in CLIENT.values() for line in said if "/etc" in line)


@pytest.mark.parametrize(
    ("wrong", "language", "why", "clicked"),
    [
        ({"client_secret": "x"}, "pt-BR", "não conhece o cliente OAuth", "Clientes OAuth"),
        ({"client_secret": "x"}, "en", "doesn't know the OAuth client", "Setup > OAuth clients"),
        ({"client_id": "x"}, "es", "no conoce el cliente OAuth", "Configuración > Clientes OAuth"),
        ({"password": "x"}, "pt-BR", "não aceita o login e a senha", "Administração > Usuários"),
        ({"username": "x"}, "en", "login and password", "Administration > Users"),
    ],
)
async def test_a_wrong_secret_is_named_with_where_the_right_one_is(
    wrong: dict[str, str], language: Language, why: str, clicked: str, tmp_path: Path
) -> None:
    code, said = await walk(PlayedHighLevel(), tmp_path, language, typed=CLIENT | wrong)
    assert code == 1
    assert said[1].startswith("ok")  # the API itself was found on
    assert why in said[-2]
    assert clicked in said[-1]


@pytest.mark.parametrize(
    ("name", "value", "language", "why", "clicked"),
    [
        (
            "grants",
            ["client_credentials"],
            "pt-BR",
            "dê a ele a concessão Password",
            "'Senha' (Password)",
        ),
        ("grants", [], "en", "grant Password", "'Grants'"),
        ("scoped", False, "pt-BR", "dê a ele o escopo api", "(Scopes)"),
        ("scoped", False, "es", "dele el alcance api", "Clientes OAuth"),
        (
            "let_in",
            False,
            "pt-BR",
            "não tem cliente de API ativo para este endereço",
            "Clientes OAuth",
        ),
        ("enabled", False, "pt-BR", "está desligada", "Configurar > Geral > API"),
        (
            "versions",
            ("1.0.0", "2.0.0"),
            "pt-BR",
            "serve a API 2.0; api: v2 precisa",
            "/apirest.php",
        ),
    ],
)
async def test_each_failure_says_what_to_click(
    name: str, value: object, language: Language, why: str, clicked: str, tmp_path: Path
) -> None:
    glpi = PlayedHighLevel()
    setattr(glpi, name, value)
    code, said = await walk(glpi, tmp_path, language)
    assert code == 1
    assert why in said[-2]
    assert clicked in said[-1]


async def test_an_entity_that_the_account_does_not_see_is_named(tmp_path: Path) -> None:
    code, said = await walk(PlayedHighLevel(), tmp_path, "pt-BR", entity=77)
    assert code == 1
    assert "não pode ver a entidade 77" in said[-2]
    assert "Autorizações" in said[-1]


async def test_a_missing_right_is_named_with_what_it_costs(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    glpi.wrong["Administration/User"] = ""
    code, said = await walk(glpi, tmp_path, "pt-BR")
    assert code == 1
    (line,) = [line for line in said if line.startswith("FAIL")]
    assert "NÃO pode ler usuários: números em vez de nomes" in line
    assert any("Administração > Perfis > Read-Only" in line for line in said)
    assert any("api: v2" in line for line in said)  # the wall works all the same


async def test_a_profile_of_the_simplified_interface_sees_a_part_only(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    glpi.interface = "helpdesk"
    code, said = await walk(glpi, tmp_path, "pt-BR")
    assert code == 1
    (line,) = [line for line in said if line.startswith("FAIL")]
    assert "só vê uma parte: chamados" in line


async def test_what_no_file_has_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(("the-client", "the-secret", "painel", "the-password"))
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return next(typed)

    monkeypatch.setattr("builtins.input", ask)
    monkeypatch.setattr("getpass.getpass", ask)
    glpi = PlayedHighLevel()
    said: list[str] = []
    url = await glpi.start()
    code = await asyncio.to_thread(command.try_out, url, None, command.Secrets(), None, said.append)
    await glpi.close()
    assert code == 0
    assert [question[:2] for question in asked] == ["ID", "Se", "Th", "It"]


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("https://glpi.example", "legacy"),
        ("https://glpi.example/apirest.php", "legacy"),
        ("https://glpi.example/api.php", "v2"),
        ("https://glpi.example/glpi/api.php/v2.3", "v2"),
        ("https://glpi.example/api.php/v1", "legacy"),
    ],
)
def test_the_address_says_which_api_is_meant(url: str, api: str) -> None:
    assert command.api_of(url) == api
