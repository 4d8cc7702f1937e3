"""A real IMAP server (Debian's dovecot) and a real SMTP sink (aiosmtpd), started by the tests and gone with them.

Both listen on loopback only. Dovecot runs from a temporary folder without privileges of its own; started by root it
gives them up to `nobody`.
"""

from __future__ import annotations

import asyncio
import grp
import ipaddress
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imapclient import IMAPClient

DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
LOGIN, PASSWORD = "hopthu", "Mat-khau-hop-thu-7"  # noqa: S105 - of a server that lives as long as a test
START_SECONDS = 10

CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{home}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
first_valid_gid = 1
mail_access_groups =
passdb {{
  driver = passwd-file
  args = {home}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-made certificate for 127.0.0.1 and localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "server.pem", folder / "server.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return public, private


@dataclass
class ImapServer:
    """Dovecot with one user."""

    home: Path
    port: int
    tls_port: int
    process: subprocess.Popen[bytes]
    certificate: Path

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        client = IMAPClient("127.0.0.1", port=self.port, ssl=False, timeout=10)
        client.login(LOGIN, PASSWORD)
        client.select_folder("INBOX")
        try:
            yield client
        finally:
            client.logout()

    def put(self, *messages: bytes) -> None:
        """Deliver messages into the inbox."""
        with self.client() as client:
            for message in messages:
                client.append("INBOX", message)

    def seen(self) -> list[bool]:
        """Whether each message of the inbox is marked as read, oldest first."""
        with self.client() as client:
            held = client.fetch(client.search("ALL"), ["FLAGS"])
        return [b"\\Seen" in held[uid][b"FLAGS"] for uid in sorted(held)]

    def count(self, folder: str = "INBOX") -> int:
        with self.client() as client:
            return int(client.select_folder(folder)[b"EXISTS"])

    def empty(self) -> None:
        """Remove the mail and every folder of the user; the server then numbers anew."""
        shutil.rmtree(self.home / "mail" / LOGIN, ignore_errors=True)


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    home = Path(tempfile.mkdtemp(prefix="mocban-imap-"))
    home.chmod(0o755)
    entry = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    (home / "mail").mkdir()
    if os.geteuid() == 0:
        os.chown(home / "mail", entry.pw_uid, entry.pw_gid)
    public, private = certificate(home)
    port, tls_port = free_port(), free_port()
    text = CONFIGURATION.format(
        home=home,
        ssl="yes",
        certificate=f"ssl_cert = <{public}\nssl_key = <{private}",
        user=entry.pw_name,
        group=grp.getgrgid(entry.pw_gid).gr_name,
        uid=entry.pw_uid,
        gid=entry.pw_gid,
        port=port,
        tls_port=tls_port,
    )
    (home / "dovecot.conf").write_text(text)
    (home / "users").write_text(f"{LOGIN}:{{PLAIN}}{PASSWORD}\n")
    command = [DOVECOT, "-F", "-c", str(home / "dovecot.conf")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = ImapServer(home, port, tls_port, process, public)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        shutil.rmtree(home, ignore_errors=True)


def _wait(server: ImapServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with server.client():
                return
        except Exception:
            log = server.home / "log"
            assert server.process.poll() is None, log.read_text() if log.exists() else "dovecot ended"
            assert time.monotonic() < deadline, log.read_text() if log.exists() else "dovecot does not answer"
            time.sleep(0.05)


@dataclass
class Letterbox:
    """What the sink took in. `refuse` maps an address to the answer it gets instead."""

    letters: list[Envelope] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    after_data: str = "250 OK kept"
    drop_after_data: bool = False

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.letters.append(envelope)
        if self.drop_after_data:
            server.transport.abort()
            await asyncio.sleep(0)
        return self.after_data


REPORTING = frozenset({"ENVID", "RET", "NOTIFY", "ORCPT"})  # RFC 3461, which aiosmtpd does not know


class ReportingSmtp(SMTP):
    """Takes the parameters that ask for delivery reports; the handler sees them all."""

    def _getparams(self, params: Any) -> Any:
        found = super()._getparams(params)
        return None if found is None else {name: value for name, value in found.items() if name not in REPORTING}


class ReportingController(Controller):
    def factory(self) -> SMTP:
        return ReportingSmtp(self.handler, **self.SMTP_kwargs)


@dataclass
class SmtpServer:
    port: int
    box: Letterbox
    controller: Any


@contextmanager
def smtp_server(*, tls: tuple[Path, Path] | None = None) -> Iterator[SmtpServer]:
    """The sink: plain, or with TLS from the first byte when `tls` names certificate and key."""
    context = None
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)

    def let_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data == LoginPassword(LOGIN.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    box, port = Letterbox(), free_port()
    controller = ReportingController(
        box,
        hostname="127.0.0.1",
        port=port,
        ssl_context=context,
        authenticator=let_in,
        auth_require_tls=False,
        data_size_limit=100 * 1024 * 1024,
    )
    controller.start()
    try:
        yield SmtpServer(port, box, controller)
    finally:
        with suppress(Exception):
            controller.stop(no_assert=True)
