"""A web page in a tab of its own: what is seen of it, and what that means. Does nothing itself."""

from typing import Any, NamedTuple

OPENS = 7.0  # seconds until it must have painted; core.pages and a turn need the rest of the ten
TWICE = 2  # looks in a row: once may be chance
REFUSED = (401, 403, 407)

# What there is of a page once it has drawn a frame. A page that lies here fools only itself.
LOOK = r"""new Promise(done => requestAnimationFrame(() => {
  const all = (what) => [...document.querySelectorAll(what)].filter(e => e.getClientRects().length)
  const body = document.body
  const failed = location.protocol === 'chrome-error:'
  done({
    blank: location.href === 'about:blank',
    error: failed ? (body.innerText.match(/ERR_[A-Z_]+/) || ['ERR_FAILED'])[0] : '',
    path: location.pathname,
    born: performance.timeOrigin,
    status: (performance.getEntriesByType('navigation')[0] || {}).responseStatus || 0,
    painted: performance.getEntriesByName('first-contentful-paint').length > 0,
    login: all('input[type=password]').length > 0,
    content: !!body && (body.innerText.trim() !== '' || all('img,svg,canvas,video').length > 0),
  })
}))"""
LOGIN_PATHS = ("login", "signin", "sign-in", "sign_in", "sso", "auth")


class Told(NamedTuple):
    """A page as the daemon has written it down."""

    name: str
    url: str
    origin: str
    door: str
    """Where its server is found without a proxy, as Chromium's resolver takes it."""
    sign: str
    """What tells its requests from those of others, for its header; empty: it has none."""
    reload: float | None


class Verdict(NamedTuple):
    """``well``: it may be shown. ``code``: it can't be; see ``core.pages``. Neither: wait."""

    well: bool = False
    code: str = ""
    detail: str = ""


class Tab:
    """``target`` and ``session`` as Chromium calls them; ``now`` in seconds of any steady clock."""

    def __init__(self, page: Told, target: str, session: str, now: float) -> None:
        self.page = page
        self.target = target
        self.session = session
        self.began = now
        """When it was last loaded."""
        self.looked = now
        self.well = False
        """It has painted since then."""
        self.elsewhere = ""
        """The host to which it wanted to lead the wall."""
        self.gone = False
        """It was closed by something else."""
        self._born = 0.0
        self._odd = 0

    def loads_again(self, now: float) -> None:
        self.began, self.well, self._odd = now, False, 0

    def judge(self, seen: dict[str, Any] | None, now: float) -> Verdict:
        """``seen``: what ``LOOK`` gave; None: the page did not answer."""
        if self.elsewhere:
            return Verdict(code="elsewhere", detail=self.elsewhere)
        if seen is not None and (wrong := self._wrong(seen)):
            return wrong
        if self.well:
            odd = "frozen" if seen is None else "" if seen["content"] else "blank"
            self._odd = self._odd + 1 if odd else 0
            return Verdict(code=odd) if self._odd >= TWICE else Verdict(well=True)
        fresh = seen is not None and not seen["blank"] and seen["born"] != self._born
        if seen is not None and fresh and seen["painted"] and seen["content"]:
            self.well, self._born = True, seen["born"]
            return Verdict(well=True)
        if now - self.began < OPENS:
            return Verdict()
        if fresh:
            return Verdict(code="blank")
        return Verdict(code="dead")

    def _wrong(self, seen: dict[str, Any]) -> Verdict | None:
        if seen["error"]:
            return Verdict(code="dead", detail=seen["error"])
        if seen["status"] >= 400:
            code = "login" if seen["status"] in REFUSED else "dead"
            return Verdict(code=code, detail=f"HTTP {seen['status']}")
        if seen["login"] or (_is_login(seen["path"]) and not _is_login(self.page.url)):
            return Verdict(code="login", detail=seen["path"][:100])
        return None


def _is_login(address: str) -> bool:
    parts = address.partition("?")[0].lower().split("/")
    return any(part in LOGIN_PATHS for part in parts)


def passed(given: dict[str, Any], tab: Tab | None) -> tuple[str, dict[str, Any]]:
    """What to do with a request of a page: a command of DevTools, and what it is given."""
    request, identity = given["request"], {"requestId": given["requestId"]}
    scheme, _, rest = request["url"].partition("://")
    host = rest.partition("/")[0].partition("?")[0].partition("#")[0]
    if tab is None or (scheme in ("http", "https") and f"{scheme}://{host}" != tab.page.origin):
        # A page of its own may show a picture from elsewhere; it does not lead the wall there.
        whole = given.get("resourceType") == "Document"
        if tab is not None and whole and given.get("frameId") == tab.target:
            tab.elsewhere = host
        return "Fetch.failRequest", identity | {"errorReason": "BlockedByClient"}
    return "Fetch.continueRequest", identity
