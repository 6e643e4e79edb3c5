"""Which screen the panels show: all of them alike, but for those with a list of their own."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kioskd.config import Config, OwnPanel, Turn
from kioskd.config import Rotation as RotationSettings
from kioskd.core import messages
from kioskd.core.actor import ROTATION, UPSTREAM, Actor
from kioskd.core.hub import Hub, Panel
from kioskd.core.outgoing import RemoteSwitch
from kioskd.core.ports import Changed
from kioskd.core.rotation import Rotation
from kioskd.core.screens import Screens
from kioskd.core.state import State
from kioskd.core.status import RotationStatus
from kioskd.errors import ProtocolError
from kioskd.words import tr

REMOTE = "remote"  # every panel has it
UNSEEN_AFTER = 60.0  # seconds: panels need a while after a start


class OwnList:
    """The panels of one id, which turn through a list of their own; ``screen`` is the last chosen
    for them, by a person where it is ``chosen``."""

    def __init__(
        self, client_id: str, order: tuple[str, ...], rotation: Rotation, screen: str | None = None
    ) -> None:
        self.client_id = client_id
        self.order = order
        self.rotation = rotation
        self.screen = screen
        self.chosen: str | None = None

    def shows(self, screen: str) -> bool:
        return screen in self.order or screen == REMOTE

    def show(self, screen: str, by: Actor) -> None:
        self.screen = screen
        if by != ROTATION:
            self.chosen = screen

    @property
    def status(self) -> str:
        """What it shows, for a person."""
        return tr(
            "{panel} shows only {screens} (see `panels`)",
            panel=self.client_id,
            screens=", ".join(self.order),
        )


class Switching:
    """``rotation`` turns the panels without a list of their own; ``changed`` is called when what is
    shown or turns has changed."""

    def __init__(
        self,
        config: Config,
        state: State,
        screens: Screens,
        rotation: Rotation,
        hub: Hub,
        changed: Changed,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._state = state
        self._screens = screens
        self._rotation = rotation
        self._hub = hub
        self._changed = changed
        self._clock = clock
        self._started = clock()
        self._seen: set[str] = set()
        self._moved: list[Panel] = []
        self.chosen: str | None = None
        """The screen that a person chose for every panel, for the state file."""
        self._own = {panel.id: self._made(panel) for panel in _listed(config)}

    def configure(self, config: Config) -> None:
        """Take another configuration; panels whose list it changes follow with ``catch_up``."""
        turns = config.rotation != self._config.rotation
        if turns:
            self._rotation.configure(config.rotation)
        self._config = config
        self._screens.configure(config)
        if self._state.screen not in self._screens.names():
            self._state.screen = self.chosen = None
        before, self._own = self._own, {}
        for panel in _listed(config):
            old = before.get(panel.id)
            same = old is not None and not turns and old.order == panel.screens
            self._own[panel.id] = old if old is not None and same else self._made(panel, old)
        self._seen |= {panel.client_id for panel in self._hub.panels.values()}
        self._seen &= {panel.id for panel in config.panels}
        self._moved = [
            panel
            for panel in self._hub.panels.values()
            if (panel.client_id in before) != (panel.client_id in self._own)
        ]

    def _made(self, panel: OwnPanel, old: OwnList | None = None) -> OwnList:
        """As ``panel`` has it; what the panel shows stays, where the list still has it."""
        given = self._config.rotation
        turns = None if given is None else _turns(given, panel.screens)
        made = OwnList(panel.id, panel.screens, Rotation(turns, self._clock))
        if old is not None and old.screen is not None and made.shows(old.screen):
            made.screen, made.chosen = old.screen, old.chosen
        return made

    # What is asked

    def order(self, client_id: str) -> Sequence[str]:
        """The screens between which this panel turns."""
        own = self._own.get(client_id)
        return self._screens.order if own is None else own.order

    def listed(self, client_id: str) -> bool:
        """Whether this panel has a list of its own."""
        return client_id in self._own

    def screen(self, client_id: str) -> str | None:
        """What this panel is to show; None: nobody has chosen yet."""
        own = self._own.get(client_id)
        return self._state.screen if own is None else own.screen

    def rotation(self) -> RotationStatus | None:
        """How the panels turn that have no list of their own."""
        if not self._rotation.configured:
            return None
        return self._rotation.status(self._state.screen, self._screens.empty)

    def own_rotation(self, client_id: str) -> RotationStatus | None:
        """How this panel turns by itself; None where it turns with the others, or not at all."""
        own = self._own.get(client_id)
        if own is None or not own.rotation.configured:
            return None
        return own.rotation.status(own.screen, self._screens.empty)

    def unseen(self) -> list[str]:
        """The ids of ``panels`` by which no panel has called itself since the start."""
        if self._clock() - self._started < UNSEEN_AFTER:
            return []
        return [panel.id for panel in self._config.panels if panel.id not in self._seen]

    # What is done

    def switch(self, target: str, by: Actor, client_id: str | None = None) -> None:
        """Change the screen: of every panel that has it, or of those called ``client_id``.

        Raises ``ProtocolError`` for a screen that there is not, and where no panel would change.
        """
        self._screens.check(target)
        if client_id is None:
            self._switch_all(target, by)
        else:
            self._switch_one(target, by, client_id)
        self._changed()

    def _switch_all(self, target: str, by: Actor) -> None:
        there = [panel for panel in self._hub.panels.values() if not panel.phone]
        lists = [self._own.get(panel.client_id) for panel in there]
        said = dict.fromkeys(own.status for own in lists if own and not own.shows(target))
        if said and all(own is not None and not own.shows(target) for own in lists):
            raise _refusal(
                tr(
                    "no panel that is connected shows {screen}: {said}",
                    screen=target,
                    said="; ".join(said),
                ),
                lists,
            )
        self._rotation.pause()
        self._state.screen = self.chosen = target
        for own in self._own.values():
            if own.shows(target):
                own.rotation.pause()
                own.show(target, by)
        self._send(target, lambda own: own is None or own.shows(target))

    def _switch_one(self, target: str, by: Actor, client_id: str) -> None:
        own = self._own.get(client_id)
        if own is not None and not own.shows(target):
            raise _refusal(
                tr("{screen} is not shown there: {said}", screen=target, said=own.status), [own]
            )
        panels = [each for each in self._hub.panels.values() if each.client_id == client_id]
        if not panels and by != UPSTREAM:  # one upstream may talk to many kiosks
            raise ProtocolError(
                tr("no panel that is connected calls itself {name}", name=client_id),
                "no_panel",
                {"panel": client_id},
            )
        (self._rotation if own is None else own.rotation).pause()
        if own is not None:
            own.show(target, by)
        frame = messages.encode(RemoteSwitch(target))
        for panel in panels:
            panel.screen = target
            self._hub.send(panel, frame)

    def step(self, by: int, actor: Actor) -> None:
        """The next (1) or the previous (-1) screen, of each panel in its own list."""
        target = _beside(self._screens.order, self._state.screen, by)
        self._state.screen = self.chosen = target
        self._send(target, lambda own: own is None)
        for own in self._own.values():
            own.show(_beside(own.order, own.screen, by), actor)
            self._send_own(own)
        self.pause()
        self._changed()

    def pause(self) -> bool:
        """Let every rotation stand still for a while; whether one was turning before."""
        were = [self._rotation.pause(), *(own.rotation.pause() for own in self._own.values())]
        return any(were)

    def turn(self) -> None:
        """Once a second: what each rotation does by itself."""
        if self._screens.failed(self._state.screen):
            self._rotation.hurry()
        turned = self._rotation.turn(self._state.screen, self._screens.empty)
        if turned is not None:
            self._state.screen = turned
            self._send(turned, lambda own: own is None)
        for own in self._own.values():
            if self._screens.failed(own.screen):
                own.rotation.hurry()
            after = own.rotation.turn(own.screen, self._screens.empty)
            if after is not None:
                own.show(after, ROTATION)
                self._send_own(own)
                turned = after
        if turned is not None:
            self._changed()

    def greet(self, panel: Panel) -> None:
        """The screen, to a panel that has just said who it is."""
        if any(each.id == panel.client_id for each in self._config.panels):
            self._seen.add(panel.client_id)
        if (screen := self.screen(panel.client_id)) is not None:
            self._hub.send(panel, messages.encode(RemoteSwitch(screen)))

    def catch_up(self) -> None:
        """The screen, to panels that have another list by now, and know it."""
        for panel in self._moved:
            self.greet(panel)
        self._moved = []

    def _send(self, target: str, to: Callable[[OwnList | None], bool]) -> None:
        frame = messages.encode(RemoteSwitch(target))
        meant = [panel for panel in self._hub.panels.values() if to(self._own.get(panel.client_id))]
        for panel in meant:
            panel.screen = target
        if len(meant) == len(self._hub.panels):
            self._hub.publish(frame)
            return
        for panel in meant:
            self._hub.send(panel, frame)

    def _send_own(self, own: OwnList) -> None:
        if own.screen is not None:
            self._send(own.screen, lambda each: each is own)

    # Over a restart

    def restore(self, screen: str | None, panels: Mapping[str, str]) -> None:
        """Go on where an earlier run stopped."""
        if screen in self._screens.names():
            self.chosen = self._state.screen = screen
        for own in self._own.values():
            kept = panels.get(own.client_id)
            if kept is not None and own.shows(kept):
                own.chosen = own.screen = kept

    @property
    def chosen_by_panel(self) -> dict[str, str]:
        """What a person chose for panels with a list of their own, for the state file."""
        return {own.client_id: own.chosen for own in self._own.values() if own.chosen is not None}


def _listed(config: Config) -> Iterator[OwnPanel]:
    return (panel for panel in config.panels if panel.screens)


def _turns(given: RotationSettings, screens: tuple[str, ...]) -> RotationSettings:
    """A rotation through a list: each screen for as long as ``given`` says for it."""
    written = {turn.screen: turn for turn in reversed(given.screens)}
    turns = tuple(written.get(screen, Turn(screen=screen)) for screen in screens)
    return RotationSettings(screens=turns, pause=given.pause)


def _beside(order: Sequence[str], shown: str | None, by: int) -> str:
    outside = -1 if by == 1 else 0
    here = order.index(shown) if shown in order else outside
    return order[(here + by) % len(order)]


def _refusal(said: str, lists: Iterable[OwnList | None]) -> ProtocolError:
    own = next(each for each in lists if each is not None)
    params = {"panel": own.client_id, "screens": ", ".join(own.order)}
    return ProtocolError(said, "not_listed", params)
