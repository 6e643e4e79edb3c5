"""One login to GLPI's legacy API, kept as long as it lasts, and the requests under it.

Every login leaves files on GLPI's server, so there is one a start: it outlives a lost link, is
made again when GLPI no longer knows it, and is ended when kioskd stops.
"""

import asyncio
import contextlib
import datetime
import email.utils
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from kioskd.config import Glpi
from kioskd.config.secret_file import read_secret, why_no_secret
from kioskd.sources import Context
from kioskd.sources.diagnosis import diagnose, refusal
from kioskd.sources.glpi import address, entities
from kioskd.sources.glpi.answers import (
    Busy,
    GenericError,
    NotThere,
    PastTheEnd,
    RightMissing,
    SessionEnded,
    failure,
    unglued,
)
from kioskd.sources.glpi.login import Login, partly
from kioskd.sources.glpi.search import Query, number, rows_of
from kioskd.sources.glpi.session_answer import Answer
from kioskd.sources.glpi.text import local
from kioskd.sources.link import credentials, way
from kioskd.sources.outage import Outage, Refusal
from kioskd.words import tr

PARTING = 0.4  # seconds for the last request: a stop doesn't wait for GLPI
LONGEST_REST = 3600.0  # seconds that a Retry-After may ask for
QUARTER = 900  # seconds: every zone's offset is a multiple of it
FARTHEST = datetime.timedelta(hours=14)  # from UTC: Kiribati


class Session:
    """``memory`` outlives the link: the login is kept in it between two tries."""

    has_surveys = True
    """Whether tickets can be searched by when their survey was answered."""
    filters_groups = True
    """Whether a search can ask for some groups' tickets alone."""
    page = 1000
    """How many tickets one question asks for."""

    def __init__(self, settings: Glpi, context: Context, http: aiohttp.ClientSession) -> None:
        self._way = way(settings.url.rstrip("/"), settings, context)
        self.url = address.entry(self._way.url, settings.api)
        self.place = self._way.place
        self._settings = settings
        self._context = context
        self._http = http
        self._logging_in = asyncio.Lock()

    @property
    def login(self) -> Login | None:
        return self._context.memory.get("login")

    @property
    def major(self) -> int:
        return self.login.major if self.login else 10

    @property
    def zone(self) -> datetime.tzinfo:
        return self.login.zone if self.login else datetime.UTC

    @property
    def _ahead(self) -> float | None:
        """Seconds that GLPI's clock is ahead of the monotonic one; None: nothing was heard."""
        return self._context.memory.get("ahead")

    def now(self) -> datetime.datetime:
        """The time on GLPI's own clock, as its last answer had it; log in first."""
        seconds = time.time() if self._ahead is None else time.monotonic() + self._ahead
        return datetime.datetime.fromtimestamp(seconds, self.zone)

    # Requests

    async def get(self, path: str, query: Query | None = None) -> Answer:
        """What GLPI answers under the login; logs in first where there is none."""
        return await self._under_login("GET", path, query, None)

    async def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        return await self._under_login("POST", path, None, body)

    async def answered(self, days: int) -> tuple[int, float | None] | None:
        """How many surveys were answered, and their mean from 0 to 5, where GLPI reckons it.

        None: it doesn't.
        """
        return None

    async def _under_login(
        self, method: str, path: str, query: Query | None, body: Mapping[str, Any] | None
    ) -> Answer:
        for again in (False, True):
            login = await self.log_in()
            headers = {"Session-Token": login.token}
            try:
                return await self._ask(method, path, query, body, headers)
            except SessionEnded:
                if self.login is login:
                    self._context.memory.pop("login", None)
                if again:
                    raise Outage("glpi_session", place=self.place) from None
            except GenericError as error:
                # The same code says "I can't read this" and "the API is off": ask for nothing.
                await self._see_that_it_is_on(headers, error)
                raise Outage("glpi_error", place=self.place, path=path, detail=str(error)) from None
            except RightMissing:
                raise RightMissing(self.place, login.profile, path.rpartition("/")[2]) from None
        raise AssertionError

    async def _see_that_it_is_on(self, headers: dict[str, str], error: GenericError) -> None:
        try:
            await self._ask("GET", "getActiveEntities", None, None, headers)
        except GenericError:
            raise Refusal("glpi_api_off", place=self.place, detail=str(error)) from None
        except SessionEnded:
            return

    async def _ask(
        self,
        method: str,
        path: str,
        query: Query | None,
        body: Mapping[str, Any] | None,
        headers: dict[str, str],
    ) -> Answer:
        secret = credentials(self._settings.auth)
        headers = secret.headers | {"Accept": "application/json"} | headers
        if self._settings.app_token_file is not None:
            headers["App-Token"] = self._secret(self._settings.app_token_file)
        content = None
        if body is not None:
            content, headers["Content-Type"] = msgspec.json.encode(body), "application/json"
        url = (self.url / path).with_query([*(query or []), *secret.query.items()])
        try:
            async with self._http.request(
                method,
                url,
                headers=headers,
                data=content,
                ssl=self._way.tls,
                proxy=self._way.proxy,
                allow_redirects=False,
            ) as answer:
                if 300 <= answer.status < 400:
                    location = answer.headers.get("Location", "")
                    elsewhere = refusal(answer.status, self._way, location)
                    raise elsewhere or Outage(
                        "http_error", place=self.place, status=str(answer.status)
                    )
                if answer.status in (429, 503) and "Retry-After" in answer.headers:
                    raise Busy(self.place, _seconds(answer.headers["Retry-After"]))
                told = await self._read(answer)
                self._hear_time(answer.headers.get("Date", ""))
                said = unglued(told)
                is_json = answer.content_type == "application/json" or said is not told
                if wrong := failure(answer.status, is_json, said, self.place, url.path):
                    raise wrong
                return self._answer(said, answer.headers.get("Content-Range", ""), url)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise await diagnose(error, self._way, self._context) from None

    async def _read(self, answer: aiohttp.ClientResponse) -> bytes:
        most, parts, size = self._settings.max_message, [], 0
        async for part in answer.content.iter_any():
            parts.append(part)
            size += len(part)
            if size > most:
                raise Outage(
                    "too_large", place=self.place, detail=tr("more than {most}", most=most)
                )
        return b"".join(parts)

    def _answer(self, body: bytes, content_range: str, url: URL) -> Answer:
        try:
            data = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise Outage("glpi_garbled", place=self.place, path=url.path) from None
        rows = rows_of(data) if isinstance(data, dict | list) else []
        told = data.get("totalcount") if isinstance(data, dict) else None
        total = number(told if told is not None else content_range.rpartition("/")[2])
        return Answer(data, len(rows) if total is None else total, rows)

    def _hear_time(self, date: str) -> None:
        with contextlib.suppress(ValueError, TypeError):
            moment = email.utils.parsedate_to_datetime(date)
            self._context.memory["ahead"] = moment.timestamp() - time.monotonic()

    def _secret(self, file: str) -> str:
        try:
            return read_secret(file).reveal()
        except OSError as error:
            raise Outage("token_file", file=file, detail=why_no_secret(error, file)) from None

    # The login

    async def log_in(self) -> Login:
        """The login that stands, or a new one. Raises ``Refusal`` in words for each way out."""
        async with self._logging_in:
            if self.login is None or self._is_old(self.login):
                self._context.memory["login"] = await self._new_login()
            assert self.login is not None
            return self.login

    def _is_old(self, login: Login) -> bool:
        """Whether ``login`` is to be made anew before it is used again."""
        return False

    async def _new_login(self) -> Login:
        file = self._settings.user_token_file
        assert file is not None  # ``Glpi`` demands it
        headers = {"Authorization": f"user_token {self._secret(file)}"}
        try:
            query = [("get_full_session", "true")]
            answer = await self._ask("GET", "initSession", query, None, headers)
        except GenericError as error:
            raise Refusal("glpi_api_off", place=self.place, detail=str(error)) from None
        except (SessionEnded, PastTheEnd):
            raise Outage("glpi_session", place=self.place) from None
        told = answer.data if isinstance(answer.data, dict) else {}
        token, session = told.get("session_token"), told.get("session") or {}
        if not isinstance(token, str) or not token or not token.isprintable():
            raise Outage("glpi_garbled", place=self.place, path="initSession")
        profile = session.get("glpiactiveprofile")
        login = Login(
            token,
            self._zone(session.get("glpi_currenttime")),
            profile=str(profile.get("name", "")) if isinstance(profile, dict) else "",
            user=number(session.get("glpiID")),
            name=str(session.get("glpiname", "")),
            partial=partly(profile),
            entities=tuple(f"{row.get('id')} {row.get('name')}" for row in entities.given(profile)),
        )
        try:
            login = replace(login, version=await self._version(token))
            login = replace(login, entity=entities.active_name(session, login.major))
            return await self._in_entity(login, session)
        except SessionEnded:
            raise Outage("glpi_session", place=self.place) from None
        except BaseException:
            await self._end(token)
            raise

    async def _in_entity(self, login: Login, session: Mapping[str, Any]) -> Login:
        """``login``, once it sees the entities that it should."""

        async def ask(method: str, path: str, body: Mapping[str, Any] | None) -> Answer:
            return await self._ask(method, path, None, body, {"Session-Token": login.token})

        wanted = self._settings.entity
        if wanted is None:
            await entities.see_all(ask, session)
            return login
        name = await entities.see(ask, wanted, login.major)
        if name is None:
            raise Refusal("glpi_entity", place=self.place, entity=str(wanted))
        return replace(login, entity=name)

    async def knock(self) -> str:
        """See that the API is on and open to this machine, without the user's token.

        Gives the version that the API is spoken in, where it has several. Raises ``Outage`` or
        ``Refusal`` in words where it isn't.
        """
        try:
            await self._ask("GET", "initSession", None, None, {})
        except GenericError as error:
            raise Refusal("glpi_api_off", place=self.place, detail=str(error)) from None
        except Refusal as refused:
            if refused.fault.code != "glpi_no_authorization":
                raise
        return ""

    async def _version(self, token: str) -> str:
        """GLPI's version; empty where the profile may not know it."""
        try:
            headers = {"Session-Token": token}
            answer = await self._ask("GET", "getGlpiConfig", None, None, headers)
        except (RightMissing, NotThere, GenericError):
            return ""
        found = answer.data.get("cfg_glpi") if isinstance(answer.data, dict) else None
        return str(found.get("version", "")) if isinstance(found, dict) else ""

    def _zone(self, current: object) -> datetime.tzinfo:
        """The zone of every time that GLPI writes: that of the API's user, or of its server.

        GLPI names no zone, but the time on its clock, beside the Date of the same answer. When
        the kiosk's own zone has that offset now, it is taken to be that one, summer time and all.
        """
        if self._settings.time_zone is not None:
            return self._settings.time_zone.zone
        there = local(current)
        if there is None or self._ahead is None:
            return self._context.zone
        utc = datetime.datetime.fromtimestamp(time.monotonic() + self._ahead, datetime.UTC)
        seconds = (there - utc.replace(tzinfo=None)).total_seconds()
        offset = datetime.timedelta(seconds=round(seconds / QUARTER) * QUARTER)
        far = abs(offset) > FARTHEST  # one of the two clocks is wrong, and says nothing of zones
        if far or utc.astimezone(self._context.zone).utcoffset() == offset:
            return self._context.zone
        return datetime.timezone(offset)

    async def see_zone(self) -> bool:
        """Look at GLPI's clock again; whether its zone has changed, as with summer time."""
        login = await self.log_in()
        current = await self._clock()
        zone = self._zone(current) if current else login.zone
        if zone == login.zone:
            return False
        self._context.memory["login"] = replace(login, zone=zone)
        return True

    async def _clock(self) -> object:
        """The time that GLPI writes now."""
        told = (await self.get("getFullSession")).data
        session = told.get("session") if isinstance(told, dict) else None
        return session.get("glpi_currenttime") if isinstance(session, dict) else None

    async def close(self) -> None:
        """End the login, as far as GLPI answers soon."""
        login = self._context.memory.pop("login", None)
        if login is not None:
            await self._end(login.token)

    async def _end(self, token: str) -> None:
        with contextlib.suppress(Exception):
            async with asyncio.timeout(PARTING):
                await self._ask("GET", "killSession", None, None, {"Session-Token": token})


@contextlib.asynccontextmanager
async def client(settings: Glpi) -> AsyncIterator[aiohttp.ClientSession]:
    """The HTTP client of a session: it follows no redirect and keeps no cookie."""
    timeout = aiohttp.ClientTimeout(total=settings.timeout)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=jar) as http:
        yield http


def _seconds(text: str) -> float:
    """A Retry-After: seconds, or a date."""
    try:
        wait = float(text)
    except ValueError:
        try:
            wait = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, TypeError):
            wait = 60.0
    return min(max(wait, 1.0), LONGEST_REST)
