"""Why a page's server can't be reached, as codes of ``core.pages`` and words."""

import socket
import ssl

from kioskd.config.files import reason
from kioskd.words import tr

Cause = tuple[str, str]
"""A code of ``core.pages.WORDS``, and more about it."""
# X509_V_ERR_… of OpenSSL: https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
NOT_YET_VALID, EXPIRED, WRONG_NAME, WRONG_ADDRESS = 9, 10, 62, 64


def cause_of(error: OSError) -> Cause:
    """What has kept the way from opening."""
    match error:
        case ssl.SSLCertVerificationError(verify_code=code):
            if code == EXPIRED:
                return "certificate_expired", ""
            if code in (WRONG_NAME, WRONG_ADDRESS):
                return "certificate_name", ""
            if code == NOT_YET_VALID:
                return "certificate", tr("it is not yet valid: is the clock right?")
            return "certificate", error.verify_message
        case ssl.SSLError():
            return "dead", tr("it speaks no TLS that is safe: {why}", why=error.reason or "TLS")
        case TimeoutError():
            return "dead", tr("its host does not answer")
        case socket.gaierror():
            return "dead", tr("no name server knows its host")
    return "dead", reason(error)
