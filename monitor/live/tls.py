"""The encryption between a session and a viewer on another computer."""

import datetime as dt
import os
import ssl
import tempfile
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from monitor.errors import LiveError
from monitor.live.ticket import Ticket, pin_of

VALID: Final = dt.timedelta(days=2)
"""How long the certificate of one session is good for: a session lasts a day at most."""


def session_tls(now: dt.datetime) -> tuple[ssl.SSLContext, str]:
    """Make a key and a certificate for one session; the key is on no disk afterwards.

    Parameters
    ----------
    now : datetime
        The present, with its time zone.

    Returns
    -------
    ssl.SSLContext
        The session's side.
    str
        The pin of its certificate, for the ticket.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stridegate session")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - VALID)
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # OpenSSL reads files alone; this one is its user's, and gone at once.
    descriptor, path = tempfile.mkstemp(prefix="stridegate-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(certificate + secret)
        context = _server_context()
        context.load_cert_chain(path)
    finally:
        Path(path).unlink()
    return context, pin_of(certificate.decode())


def own_tls(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return the session's side with a certificate of the user's own.

    Raises
    ------
    LiveError
        Where the files cannot be used.
    """
    context = _server_context()
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ValueError) as error:
        raise LiveError(
            f"{certificate} and {key} cannot be used for TLS ({error}): give a certificate and its "
            "key as PEM files"
        ) from error
    return context


def viewer_tls(ticket: Ticket) -> ssl.SSLContext:
    """Return the viewer's side; it blocks while it asks a pinned session for its certificate.

    Raises
    ------
    LiveError
        Where another certificate answers than the ticket's.
    OSError
        Where nobody answers.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if not ticket.pin:
        return context
    certificate = ssl.get_server_certificate((ticket.host, ticket.port), timeout=5.0)
    if pin_of(certificate) != ticket.pin:
        raise LiveError(
            f"{ticket.host}:{ticket.port} is not the session of this ticket: somebody may listen "
            "in between, or the session was started anew: copy its ticket again"
        )
    # From here on this certificate, and no other, is trusted: the token goes to nobody else.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.load_verify_locations(cadata=certificate)
    return context


def _server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
