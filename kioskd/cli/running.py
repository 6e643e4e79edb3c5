"""The commands that run something until they are stopped: the daemon, the demo, the browser."""

import asyncio
import gc
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

from kioskd.cli.commands import CONFIG_HELP, Arguments, Commands, add_config, port
from kioskd.cli.streams import say
from kioskd.config import Config, Demo, Kiosk, Language, Server, fleet_file
from kioskd.config.active import BOOT, ActiveConfig, candidate, choose
from kioskd.config.hosts import is_loopback
from kioskd.config.paths import last_good
from kioskd.errors import PortError
from kioskd.words import speak, tr


def register(commands: Commands) -> None:
    """Add the commands."""
    run = commands.add("run", _run, "run the daemon (systemd does this)")
    add_config(run, f"{CONFIG_HELP}; {BOOT[0]} goes before it when it exists")
    demo = commands.add("demo", _demo, "run with a made-up helpdesk, to look at it")
    demo.add_argument(
        "--host",
        default="127.0.0.1",
        help="the address to listen on (default 127.0.0.1, this machine only; 0.0.0.0: anyone on "
        "the network may look, without a token)",
    )
    demo.add_argument("--port", type=port, default=8080, help="where to listen (default 8080)")
    demo.add_argument(
        "--language", choices=get_args(Language), default="pt-BR", help="default pt-BR"
    )
    demo.add_argument("--seed", type=int, default=1, help="which story is told (default 1)")
    said = "show the panel on this machine's screen (systemd does this)"
    add_config(commands.add("browser", _browser, said))


def _run(arguments: Arguments) -> int:
    def read(trial: str | None) -> ActiveConfig:
        pushed = fleet_file.held(fleet_file.place()).file if trial is None else trial
        found = choose(candidate(arguments.config), last_good(), pushed)
        speak(found.config.kiosk.language)
        return found

    return _serve(read(None), read)


def _demo(arguments: Arguments) -> int:
    with tempfile.TemporaryDirectory(prefix="kioskd-demo-") as place:
        config = Config(
            kiosk=Kiosk(
                id="Kiosk-DEMO",
                language=arguments.language,
                development=True,
                state_directory=place,
                cache_directory=place,
            ),
            server=Server(
                host=arguments.host,
                port=arguments.port,
                open_without_token=not is_loopback(arguments.host),
            ),
            sources=(Demo(seed=arguments.seed),),
        )
        try:
            return _serve(ActiveConfig(config, Path("demo")), None)
        except PortError as error:
            other = arguments.port + 1
            ways = tr("kioskd demo --port {port}, or make run PORT={port}", port=other)
            said = tr(
                "{said}; choose another port: {ways}", said=str(error).partition(";")[0], ways=ways
            )
            raise PortError(said) from None


def _serve(found: ActiveConfig, reload: Callable[[str | None], ActiveConfig] | None) -> int:
    from kioskd.config.trust import no_authorities

    gc.disable()  # what is made until READY stays; to look for garbage among it takes a tenth
    with no_authorities():
        from kioskd import lifecycle

    def ready(place: str, others: Sequence[str]) -> None:
        gc.collect()
        gc.freeze()
        gc.enable()
        say(f"kioskd: {place}/")
        for url in others:
            say(tr("kioskd: {url} (from other machines)", url=url.removesuffix("remote")))

    asyncio.run(lifecycle.run(found, reload, ready))
    return 0


def _browser(arguments: Arguments) -> int:
    from kioskd.browser import start

    start.run(candidate(arguments.config))
