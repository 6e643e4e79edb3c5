"""What to do about a source that gives nothing, as one line for an operator at a terminal."""

from collections.abc import Mapping

from kioskd.words import later, tr

REMEDIES: Mapping[str, str] = {
    "no_network": later("connect the cable or the Wi-Fi; nmcli device shows what there is"),
    "no_dns": later("the name server doesn't answer: resolvectl status; is the router on?"),
    "unknown_host": later("correct the host's name in url; try: getent hosts NAME"),
    "unreachable": later("is the helpdesk's server on, and is no firewall between?"),
    "no_answer": later("is the helpdesk's server on, and is no firewall between?"),
    "connection_refused": later("start the helpdesk's server, or correct the port in url"),
    "too_many_files": later("sudo systemctl restart kioskd; report it if it comes again"),
    "proxy_away": later("correct the key proxy, or write proxy: direct"),
    "proxy_refused": later("let the proxy's administrator allow it, or write proxy: direct"),
    "needs_tls": later("begin the url with wss:// or https://"),
    "no_tls": later("write ws:// or http:// for a plain port, wss:// or https:// for a TLS one"),
    "tls_failed": later("look closer: openssl s_client -connect HOST:PORT"),
    "certificate": later("name the private CA in ca_file, or renew the server's certificate"),
    "certificate_expired": later("renew the server's certificate; is this machine's date right?"),
    "certificate_name": later(
        "write the certificate's name into url, or have one made for this name"
    ),
    "clock": later("set the clock: sudo timedatectl set-ntp true"),
    "bad_url": later("correct url"),
    "not_found": later("correct the path in url, to its last slash"),
    "missing_slash": later("add the / to url"),
    "bad_request": later("add the host of url to ALLOWED_HOSTS on the server"),
    "http_error": later("the helpdesk's own log says why; kioskd tries again by itself"),
    "redirected": later("write the address that it sends to into url, or make a new token"),
    "not_a_helpdesk": later("correct url: a page for people answers there"),
    "not_http": later("correct the port in url"),
    "refused_token": later(
        "make a new token, and give it the right to read: the file named in auth"
    ),
    "origin_refused": later("allow the origin on the server, or set origin to one that it allows"),
    "forbidden": later("make a new token; if it is right, allow the origin on the server"),
    "ca_file": later("correct ca_file, or put the PEM file there"),
    "silent": later("is this the address of the helpdesk's socket? its own log says more"),
    "went_silent": later("is the helpdesk's server on? kioskd tries again by itself"),
    "hung_up": later("the log of the helpdesk, or of the proxy before it, says why"),
    "server_failed": later("the helpdesk's own log says why; is its database on?"),
    "restarting": later("kioskd tries again by itself"),
    "too_large": later("raise max_message, or let the server send fewer tickets"),
    "lost": later("kioskd tries again by itself; the helpdesk's own log says why"),
    "fields_missing": later("write that line into the source; kioskd check --try proposes it, too"),
    "mqtt_away": later("is the broker on? try: getent hosts NAME; correct mqtt.url"),
    "mqtt_tls": later("renew the broker's certificate, or name its private CA in mqtt.ca_file"),
    "mqtt_protocol": later("correct the port in mqtt.url: 8883 with mqtts://, 1883 with mqtt://"),
    "mqtt_secret": later("correct the file that it names, which mqtt: has"),
    "mqtt_refused": later("correct mqtt.auth; on the broker: sudo mosquitto_passwd FILE USER"),
    "mqtt_denied": later(
        "let the user be the kiosk's id, and install the broker's acl: docs/fleet.md"
    ),
    "mqtt_twin": later("give one of the two another kiosk.id, user and password"),
    "mqtt_lost": later("kioskd tries again by itself; the broker's own log says why"),
    "shared_source": later("mend it there: kioskd doctor on that kiosk"),
    "shared_away": later("is that kiosk on? there: systemctl status kioskd"),
    "shared_nothing": later("correct from, write mqtt.share there, or install the broker's acl"),
    "shared_not": later("write it into mqtt.share there, or take it from views here"),
    "shared_circle": later("give one of the two a source of its own"),
    "shared_unreadable": later("update the older kioskd of the two"),
    "no_update": later("check that view's address in url or urls"),
    "unknown_word": later(
        "say what it means in words: of the source; kioskd check --try prints the line"
    ),
    "counters_differ": later(
        "nothing: the rows are shown; the helpdesk's counters could be mended"
    ),
    "unreadable": later(
        "tell whoever runs the helpdesk, or name another field in fields: of the source"
    ),
}


def remedy(code: str | None, said: str) -> str:
    """What to do about a source's fault, where its line doesn't say it itself."""
    if ": sudo install -o " in said or ": sudo chown " in said:  # in every language
        return ""
    known = REMEDIES.get(code or "")
    if known is None:
        return tr("see: journalctl -u kioskd; kioskd tries again by itself")
    return tr(known)
