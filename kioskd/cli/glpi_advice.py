"""What keeps GLPI's data from coming, and what to click in GLPI's own menus."""

from collections.abc import Mapping

from kioskd.core.faults import Code
from kioskd.words import later, tr

_UNREACHED: tuple[Code, ...] = (
    "unreachable",
    "connection_refused",
    "no_answer",
    "went_silent",
    "hung_up",
    "lost",
)
_UNTRUSTED: tuple[Code, ...] = ("certificate", "certificate_expired", "certificate_name")
_MISSPELT: tuple[Code, ...] = (
    "no_tls",
    "needs_tls",
    "tls_failed",
    "not_http",
    "bad_url",
    "missing_slash",
)
_BROKEN: tuple[Code, ...] = (
    "glpi_empty",
    "glpi_error",
    "glpi_session",
    "http_error",
    "too_large",
)
_AWAY = later(
    "GLPI doesn't answer at that address: check the server and the port, whether it is "
    "on, and whether this network reaches it."
)
_CERTIFICATE = later(
    "GLPI's certificate is not accepted: it has expired, is for another name, or is of a "
    "company's own authority. If so, ask who runs the network for its file, and name "
    "that in ca_file."
)
_SCHEME = later("Check whether the address begins with http:// or https://, and the port.")
_SERVER = later("GLPI failed inside: tell whoever runs the server (files/_log/php-errors.log).")
# What to do, or what to click, for each fault.
_ADVICE: Mapping[Code, str] = {
    "no_network": later("This machine has no network: plug in the cable, or set up the Wi-Fi."),
    "no_dns": later(
        "The network's name server (DNS) doesn't answer: tell whoever runs the network."
    ),
    "unknown_host": later("There is no server of that name: check the address letter by letter."),
    **dict.fromkeys(_UNREACHED, _AWAY),
    **dict.fromkeys(_UNTRUSTED, _CERTIFICATE),
    **dict.fromkeys(_MISSPELT, _SCHEME),
    **dict.fromkeys(_BROKEN, _SERVER),
    "clock": later("This machine's clock is wrong: wait until the network has set it."),
    "token_file": later("The file of the token is missing or empty, or this user may not read it."),
    "glpi_busy": later("GLPI asks for a pause: wait a minute and try again."),
    "glpi_path": later(
        "Use the address that ends in /apirest.php, as in https://glpi.example/apirest.php; "
        "GLPI shows it in Setup > General > API (URL of the API)."
    ),
    "glpi_api_off": later(
        "In GLPI, as super-admin: Setup > General > API. Set 'Enable Rest API' to Yes (in "
        "GLPI 11 'Enable Legacy REST API'; for api.php, the new one) and save."
    ),
    "glpi_address": later(
        "In GLPI: Setup > General > API, open (or add) the panel's API client, make it "
        "active and include this machine's address in its 'IPv4 address range'. With "
        "api.php: Setup > OAuth clients."
    ),
    "glpi_app_token": later(
        "In GLPI: Setup > General > API, open the API client and copy the 'Application "
        "token'; here: --app-token-file FILE."
    ),
    "glpi_user_token": later(
        "In GLPI: Administration > Users, open the panel's user (active). Under 'Remote "
        "access keys' tick 'Regenerate' beside 'API token', save and copy the token; here: "
        "--user-token-file FILE. If it is right: Setup > General > API, 'Enable login with "
        "external token': Yes."
    ),
    "glpi_no_authorization": later(
        "The web server drops the Authorization header. In Apache with PHP-FPM: 'CGIPassAuth "
        "On' in GLPI's block."
    ),
    "glpi_entity": later(
        "In GLPI: Administration > Users, tab Authorizations: give the user that entity, recursive."
    ),
    "glpi_garbled": later(
        "Tell whoever runs GLPI's server: PHP writes messages in front of the data. In "
        "php.ini, display_errors is to be Off; the error is in files/_log/php-errors.log."
    ),
    "glpi_maintenance": later(
        "Wait for the maintenance to end (php bin/console maintenance:disable)."
    ),
    "glpi_database": later("GLPI's MariaDB or MySQL has stopped: tell whoever runs the server."),
    "glpi_update": later("GLPI's update is not finished: php bin/console db:update."),
    **dict.fromkeys(
        ("proxy_away", "proxy_refused"),
        later("Ask who runs the network whether this machine may reach GLPI through the proxy."),
    ),
    **dict.fromkeys(
        ("redirected", "refused_token"),
        later(
            "Check the address to its last letter (http or https). If it is right, something in "
            "front of GLPI asks for a login (a proxy, SSO): let /apirest.php and /api.php "
            "through."
        ),
    ),
    "glpi_client": later(
        "In GLPI, as super-admin: Setup > OAuth clients, open (or add) the panel's client "
        "and copy its Client ID and its Client Secret."
    ),
    "glpi_grant": later(
        "In GLPI: Setup > OAuth clients, open the panel's client and choose 'Password' under "
        "'Grants'."
    ),
    "glpi_password": later(
        "In GLPI: Administration > Users, open the panel's user. It must be active, with a "
        "password of GLPI's own and an authorization (profile Read-Only)."
    ),
    "glpi_scope": later(
        "In GLPI: Setup > OAuth clients, open the panel's client and choose 'api' under 'Scopes'."
    ),
    "glpi_oauth": later("Tell whoever runs GLPI: Setup > OAuth clients."),
    "glpi_version": later(
        "Use the old API, which this GLPI serves too: the address that ends in /apirest.php."
    ),
}


def todo(code: Code) -> str:
    """What to do about a fault; empty where its own line says all there is to say."""
    return tr(_ADVICE[code]) if code in _ADVICE else ""
