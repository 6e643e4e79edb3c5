"""Why there is no link to the broker, as an error that carries its fault.

aiomqtt passes on the text of an error of the network, and keeps the error itself as its context.
"""

import socket
import ssl

from paho.mqtt.reasoncodes import ReasonCode

from kioskd.config.plain import one_line
from kioskd.config.secret import scrub
from kioskd.core.faults import Code, Fault
from kioskd.errors import KioskdError
from kioskd.words import later, tr

# X509_V_ERR_* of OpenSSL's x509_vfy.h, as `ssl` gives them in `verify_code`.
CERTIFICATES = {
    9: later("its certificate is not yet valid: is the clock right?"),
    10: later("its certificate has expired: renew it; is the date of this machine right?"),
    62: later("its certificate is for another name: write that one into mqtt.url"),
    64: later("its certificate is for another address: write its name into mqtt.url"),
}
UNTRUSTED = later("its certificate is not trusted ({why}): set mqtt.ca_file")
# MQTT 5.0, 2.4 Reason Code
OLD_PROTOCOL, BAD_USER, NOT_AUTHORISED, BANNED = 0x84, 0x86, 0x87, 0x8A
BAD_CLIENT, TAKEN_OVER, KEEPALIVE_TIMEOUT, UNSPECIFIED = 0x85, 0x8E, 0x8D, 0x80
KEPT_OUT = (BAD_USER, NOT_AUTHORISED, BANNED, BAD_CLIENT)


class LinkError(KioskdError):
    """There is no link, or it is lost. ``refused``: the broker does not let us in."""

    def __init__(self, code: Code, refused: bool = False, **params: str) -> None:
        told = {name: one_line(scrub(value)) for name, value in params.items()}
        self.fault = Fault(code, told)
        self.refused = refused
        super().__init__(str(self.fault))


def reason_code(error: BaseException) -> int | None:
    """The broker's own reason in an error, in MQTT 5's numbers; None where it gave none.

    paho gives an older broker's in these numbers, too.
    """
    code = getattr(error, "rc", None)
    return int(code.value) if isinstance(code, ReasonCode) else None


def unreached(error: Exception, place: str, user: str) -> LinkError:
    """Why no link came about."""
    code = reason_code(error)
    if code in KEPT_OUT:
        return LinkError("mqtt_refused", True, place=place, user=user, detail=_said(error))
    if code == OLD_PROTOCOL:
        said = tr("it speaks neither MQTT 5 nor 3.1.1")
        return LinkError("mqtt_protocol", True, place=place, detail=said)
    if code is not None:
        return LinkError("mqtt_away", place=place, detail=_said(error))
    cause = error if isinstance(error, OSError) else error.__context__
    match cause:
        case ssl.SSLCertVerificationError():
            known = CERTIFICATES.get(cause.verify_code)
            why = cause.verify_message
            said = tr(known) if known else tr(UNTRUSTED, why=why)
            return LinkError("mqtt_tls", place=place, detail=said)
        case ssl.SSLError():
            return _no_tls(cause, place, user)
        case socket.gaierror():
            said = tr(
                "nobody has that name ({why}): check mqtt.url and the network", why=cause.strerror
            )
            return LinkError("mqtt_away", place=place, detail=said)
        case TimeoutError():
            return LinkError("mqtt_away", place=place, detail=tr("it doesn't answer in time"))
        case ConnectionRefusedError():
            said = tr("nothing listens there: is it on, and is the port in mqtt.url right?")
            return LinkError("mqtt_away", place=place, detail=said)
        case ConnectionError():
            return LinkError("mqtt_away", place=place, detail=tr("it hung up without a word"))
        case OSError():
            said = cause.strerror or str(cause)
            return LinkError("mqtt_away", place=place, detail=said)
    # Connected, and then no CONNACK: mute, or another protocol.
    said = tr("it accepts the connection and says nothing")
    return LinkError("mqtt_protocol", place=place, detail=said)


def lost(error: BaseException, place: str, user: str, keepalive: int) -> LinkError:
    """Why a link that stood is lost."""
    # The iterator's own error only says that there is nothing more; its cause says why.
    for each in (error, error.__cause__, error.__context__):
        code = None if each is None else reason_code(each)
        if code == TAKEN_OVER:
            return LinkError("mqtt_twin", place=place, user=user)
        if code == NOT_AUTHORISED:
            return LinkError("mqtt_refused", True, place=place, user=user, detail=str(each))
        if code == KEEPALIVE_TIMEOUT:
            said = tr("stopped answering for over {seconds} s", seconds=keepalive)
            return LinkError("mqtt_lost", place=place, detail=said)
        if code not in (None, UNSPECIFIED) and each is not None:  # paho's own is "unspecified"
            return LinkError(
                "mqtt_lost", place=place, detail=tr("ended the link: {why}", why=_said(each))
            )
    if "timed out" in str(error):
        return LinkError("mqtt_lost", place=place, detail=tr("takes no message any more"))
    return LinkError("mqtt_lost", place=place, detail=tr("hung up without a word"))


def _no_tls(error: ssl.SSLError, place: str, user: str) -> LinkError:
    said = (error.reason or str(error)).replace("_", " ").lower()
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        said = tr("it speaks no TLS there: write mqtt://, or check the port")
    if "ALERT" in (error.reason or "") and "CERTIFICATE" in (error.reason or ""):
        return LinkError("mqtt_refused", True, place=place, user=user, detail=said)
    return LinkError("mqtt_tls", place=place, detail=said)


def _said(error: BaseException) -> str:
    code = getattr(error, "rc", None)
    return str(code) if isinstance(code, ReasonCode) else str(error).partition("] ")[2]


def no_network(place: str) -> LinkError:
    """This machine has no address: nothing beyond it can be reached."""
    said = tr("this machine has no network address; connect the cable or the Wi-Fi")
    return LinkError("mqtt_away", place=place, detail=said)
