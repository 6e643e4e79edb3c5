"""The files with GLPI's secrets are known as such, wherever kioskd looks after secrets."""

from pathlib import Path

from kioskd.config import Config, Glpi, GlpiOauth
from kioskd.config.advice import advice

NAMES = ("user_token_file", "app_token_file", "acknowledge_token_file")


def test_every_file_with_a_secret_is_named_with_the_place_of_its_key() -> None:
    oauth = GlpiOauth(
        client_id_file="/i", client_secret_file="/s", user_file="/u", password_file="/p"
    )
    legacy = Glpi(
        url="http://glpi.example/apirest.php",
        user_token_file="/a",
        app_token_file="/b",
        acknowledge="assign",
        acknowledge_token_file="/c",
    )
    assert legacy.secret_files() == [((NAMES[0],), "/a"), ((NAMES[1],), "/b"), ((NAMES[2],), "/c")]
    v2 = Glpi(url="http://glpi.example/api.php", api="v2", oauth=oauth)
    assert [file for _, file in v2.secret_files()] == ["/i", "/s", "/u", "/p"]


def test_a_token_file_that_is_missing_is_named_by_its_key_before_the_start(tmp_path: Path) -> None:
    file = str(tmp_path / "none")
    source = Glpi(url="http://glpi.example/apirest.php", user_token_file=file)
    told = dict(advice(Config(sources=(source,))))
    assert "there is no such file" in told["sources", 0, "user_token_file"]
