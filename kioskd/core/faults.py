"""What is wrong, as a code with its parameters, so that everybody reads it in their own language.

The panel has the words of its languages for each code; log, status and command line read the one
table below, in the language that is spoken.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from msgspec import Struct

from kioskd.words import later, tr

Code = Literal[
    "no_network",
    "no_dns",
    "unknown_host",
    "unreachable",
    "connection_refused",
    "no_answer",
    "too_many_files",
    "proxy_away",
    "proxy_refused",
    "needs_tls",
    "no_tls",
    "tls_failed",
    "certificate",
    "certificate_expired",
    "certificate_name",
    "clock",
    "ca_file",
    "bad_url",
    "not_found",
    "missing_slash",
    "bad_request",
    "http_error",
    "redirected",
    "not_a_helpdesk",
    "not_http",
    "refused_token",
    "origin_refused",
    "forbidden",
    "token_file",
    "silent",
    "went_silent",
    "hung_up",
    "server_failed",
    "restarting",
    "too_large",
    "lost",
    "ack_refused",
    "internal",
    "bad_message",
    "fields_missing",
    "no_update",
    "counters_differ",
    "unknown_word",
    "unreadable",
    "no_object",
    "glpi_maintenance",
    "glpi_database",
    "glpi_update",
    "glpi_path",
    "glpi_empty",
    "glpi_error",
    "glpi_garbled",
    "glpi_session",
    "glpi_api_off",
    "glpi_address",
    "glpi_app_token",
    "glpi_user_token",
    "glpi_no_authorization",
    "glpi_right",
    "glpi_partial",
    "glpi_entity",
    "glpi_group",
    "glpi_user",
    "glpi_busy",
    "glpi_moving",
    "glpi_write",
    "glpi_client",
    "glpi_grant",
    "glpi_password",
    "glpi_scope",
    "glpi_oauth",
    "glpi_version",
    "mqtt_away",
    "mqtt_tls",
    "mqtt_protocol",
    "mqtt_secret",
    "mqtt_refused",
    "mqtt_denied",
    "mqtt_twin",
    "mqtt_lost",
    "shared_source",
    "shared_away",
    "shared_nothing",
    "shared_not",
    "shared_circle",
    "shared_unreadable",
]
CODES: tuple[Code, ...] = get_args(Code)

# Parameters: `place` is host and port, `file` a path, `detail` what another program said.
TEXTS: Mapping[Code, str] = {
    "no_network": later("this machine has no network address; {place} can't be reached"),
    "no_dns": later("{place} can't be reached: the name server doesn't answer ({detail})"),
    "unknown_host": later(
        "{place} can't be reached: nobody has that name ({detail}); check the url"
    ),
    "unreachable": later("{place} can't be reached: {detail}"),
    "connection_refused": later("{place} can't be reached: nothing listens there; check the port"),
    "no_answer": later("{place} doesn't answer in time"),
    "too_many_files": later("{place} can't be reached: too many files are open; restart kioskd"),
    "proxy_away": later("the proxy {place} can't be reached: {detail}; check the key proxy"),
    "proxy_refused": later("the proxy does not connect to {place} (HTTP {status})"),
    "needs_tls": later("{place} wants a secure connection: write {use} in the url"),
    "no_tls": later("{place} speaks no TLS: write {use} in the url, or check the port"),
    "tls_failed": later("no secure connection to {place}: {detail}"),
    "certificate": later("the certificate of {place} is not trusted: {detail}; set ca_file"),
    "certificate_expired": later("the certificate of {place} has expired (today is {today} here)"),
    "certificate_name": later(
        "the certificate of {place} is not for {host}: write its name in the url"
    ),
    "clock": later("the certificate of {place} is not yet valid: is the clock right?"),
    "ca_file": later("ca_file {file} can't be used: {detail}"),
    "bad_url": later("the address can't be used: {detail}; correct the source's url"),
    "not_found": later("{place} answers HTTP {status}: no such page; check the path of the url"),
    "missing_slash": later(
        "{place} knows this address with a / at its end only: add it to the url"
    ),
    "bad_request": later("{place} answers HTTP 400: Django does when ALLOWED_HOSTS lacks {host}"),
    "http_error": later("{place} answers HTTP {status}"),
    "redirected": later(
        "not authorised: sent {target} (HTTP {status}), as login pages do; "
        "check the token, and the url to its last character"
    ),
    "not_a_helpdesk": later("{place} {detail}"),
    "not_http": later("{place} does not speak HTTP: check the port of the url"),
    "refused_token": later("{place}: not authorised ({detail}); check the token and its rights"),
    "origin_refused": later(
        "{place} refuses the origin {origin}: let the server allow that host "
        "(Django: ALLOWED_HOSTS), or set origin to one that it allows"
    ),
    "forbidden": later(
        "{place}: not authorised (HTTP 403); check the token and its rights, then whether "
        "the server allows the origin {origin} (Django: ALLOWED_HOSTS)"
    ),
    "token_file": later("the secret in {file} can't be used: {detail}"),
    "silent": later("{place} accepts the connection, but has sent no data yet"),
    "went_silent": later("{place} stopped answering"),
    "hung_up": later("{place} hung up without a word"),
    "server_failed": later("{place} closed the connection: its server failed (code {status})"),
    "restarting": later(
        "{place} closed the connection: its server stops or restarts (code {status})"
    ),
    "too_large": later("{place} sent more than max_message allows: {detail}"),
    "lost": later("{place} {detail}"),
    "ack_refused": later("{place} refused it: {detail}"),
    "internal": later("internal error: {detail}"),
    "bad_message": later("the upstream's message is wrong: {detail}"),
    "fields_missing": later(
        "{message}: no row has {missing}; it has {present}; "
        "write into the source's settings: fields: {fields}"
    ),
    "no_update": later("{place} answers no {message}"),
    "counters_differ": later(
        "the upstream counts {said}, its rows say {counted}; the rows are shown"
    ),
    "unknown_word": later(
        "{count} × {field} in a word that is not known: {examples}; see `words:`"
    ),
    "unreadable": later("{count} × {field} in a form that can't be read: {examples}"),
    "no_object": later("{count} items of {field} are no objects, and are left out"),
    "glpi_maintenance": later("GLPI at {place} is in maintenance mode; it comes back by itself"),
    "glpi_database": later("GLPI at {place} can't reach its database"),
    "glpi_update": later("GLPI at {place} waits for the update of its database to be finished"),
    "glpi_path": later(
        "{place}{path} answers a web page ({detail}), and not GLPI's API: "
        "the url must end in /apirest.php"
    ),
    "glpi_empty": later(
        "GLPI at {place} failed inside and answers nothing to {path}: "
        "see files/_log/php-errors.log on its server"
    ),
    "glpi_error": later("GLPI at {place} answers {detail} to {path}"),
    "glpi_garbled": later(
        "GLPI at {place} answers something unreadable to {path}: PHP's own messages in "
        "front of the data? See files/_log/php-errors.log on its server"
    ),
    "glpi_session": later("GLPI at {place} forgets its sessions at once: is its disk full?"),
    "glpi_api_off": later("the REST API of GLPI at {place} is switched off: {detail}"),
    "glpi_address": later("GLPI at {place} has no active API client for this address: {detail}"),
    "glpi_app_token": later(
        "GLPI at {place} doesn't take the App-Token: {detail}; check app_token_file"
    ),
    "glpi_user_token": later(
        "GLPI at {place} doesn't take the user's API token: {detail}; "
        "check user_token_file, and that the user is active"
    ),
    "glpi_no_authorization": later(
        "GLPI at {place} sees no user token: its web server takes the Authorization header away"
    ),
    "glpi_right": later("the profile {profile} may not read {what} in GLPI: give it that right"),
    "glpi_partial": later(
        "the profile {profile} sees some of GLPI's items {what} only: give it the right to see all"
    ),
    "glpi_entity": later("the account may not see the entity {entity} in GLPI at {place}"),
    "glpi_group": later("GLPI at {place} has no group {group}; it has {groups}"),
    "glpi_user": later("GLPI at {place} shows the account no user with the login {user}"),
    "glpi_busy": later("GLPI at {place} asks to be left alone for {seconds} s"),
    "glpi_moving": later("GLPI's list changed faster than it could be read, {tries} times"),
    "glpi_write": later("GLPI at {place} doesn't let the acknowledgement be written: {detail}"),
    "glpi_client": later("GLPI at {place} doesn't know the OAuth client, or its secret: {detail}"),
    "glpi_grant": later(
        "GLPI at {place} doesn't let the OAuth client log in with a password: give it "
        "the grant Password"
    ),
    "glpi_password": later(
        "GLPI at {place} doesn't take the account's login and password: {detail}"
    ),
    "glpi_scope": later("GLPI at {place} doesn't let the OAuth client read: give it the scope api"),
    "glpi_oauth": later("GLPI at {place} gives no OAuth token: {detail}; check the files of oauth"),
    "glpi_version": later(
        "GLPI at {place} serves the API {version}; api: v2 needs 2.3 or newer: write api: legacy"
    ),
    "mqtt_away": later("the MQTT broker {place} can't be reached: {detail}"),
    "mqtt_tls": later("no secure connection to the MQTT broker {place}: {detail}"),
    "mqtt_protocol": later(
        "{place} is no MQTT broker that kioskd can use: {detail}; check mqtt.url"
    ),
    "mqtt_secret": later("mqtt: {file} can't be used: {detail}"),
    "mqtt_refused": later(
        "the MQTT broker {place} doesn't let {user} in ({detail}); check mqtt.auth"
    ),
    "mqtt_denied": later(
        "the MQTT broker {place} gives {user} no right to {topics}; "
        "give it (config/mosquitto/acl shows how)"
    ),
    "mqtt_twin": later(
        "another kiosk calls itself {user} at the MQTT broker {place}, and the two throw "
        "each other out: give one of them another kiosk.id"
    ),
    "mqtt_lost": later("the MQTT broker {place} {detail}"),
    "shared_source": later("{kiosk} has no data from its source {source}: {detail}"),
    "shared_away": later(
        "{kiosk} is away from the MQTT broker {place}: is it on, and does kioskd run?"
    ),
    "shared_nothing": later(
        "nothing that {kiosk} shares is at the MQTT broker {place}: is its id right, "
        "has it mqtt.share, and may this kiosk read it (config/mosquitto/acl)?"
    ),
    "shared_not": later("{kiosk} does not share {view}; write it into mqtt.share there"),
    "shared_circle": later(
        "{kiosk} has {view} from this kiosk itself: give one of the two a source"
    ),
    "shared_unreadable": later(
        "what {kiosk} shares can't be read: {detail}; update the older kioskd"
    ),
}


class Fault(Struct, frozen=True):
    """One thing that is wrong. ``str(fault)`` is one line in the language that is spoken."""

    code: Code
    params: dict[str, str] = {}

    def __str__(self) -> str:
        return tr(TEXTS[self.code]).format_map(_Params(self.params))

    def bounded(self, most: int) -> "Fault":
        """The same with no parameter longer than ``most`` characters."""
        return Fault(self.code, {name: text[:most] for name, text in self.params.items()})

    @property
    def about(self) -> str:
        """The file or the host and port that is meant; empty when it is neither."""
        return self.params.get("file") or self.params.get("place", "")


class _Params(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "?"  # a message about a fault must never be a fault itself
