"""The same with Dovecot, a server that is nobody's of this house: over TLS, in its own order of words."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from imapclient import IMAPClient

from onmaru.kernel.identity import Actor
from onmaru.office.letters.rules import servers
from onmaru.office.letters.rules.servers import Server
from onmaru.office.mail.models import Account, Mail
from onmaru.office.mail.tests.conftest import account_on
from onmaru.office.mailboxes.tests.test_watching import letter, received, until, watching_on

DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("soon"),
    pytest.mark.skipif(
        os.geteuid() != 0 or not Path(DOVECOT).exists(), reason="no dovecot-imapd, or not root to start it"
    ),
]

SETTINGS = """
base_dir = {sockets}
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
mail_location = maildir:{home}/mail/%u
first_valid_uid = 1
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
passdb {{
  driver = static
  args = password=sesame
}}
userdb {{
  driver = static
  args = uid=dovecot gid=dovecot home={home}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
"""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Dovecot with a certificate of its own, which this test trusts."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o711)
    (tmp_path / "mail").mkdir()
    shutil.chown(tmp_path / "mail", "dovecot")
    _certify(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    # The name of a socket has at most 107 letters, and a test's own folder may have more.
    with tempfile.TemporaryDirectory(prefix="dovecot-", dir="/tmp") as sockets:
        Path(sockets).chmod(0o755)
        port, running = _started(tmp_path, Path(sockets))
        try:
            yield Server("localhost", port, servers.TLS, "kim", "sesame")
        finally:
            running.terminate()
            running.wait(10)


def _started(home: Path, sockets: Path) -> tuple[int, subprocess.Popen[bytes]]:
    """Dovecot on a port that was free; where it does not come up, its own words say why nothing is proved here."""
    for _time in range(3):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        (home / "dovecot.conf").write_text(SETTINGS.format(home=home, port=port, sockets=sockets))
        running = subprocess.Popen([DOVECOT, "-F", "-c", str(home / "dovecot.conf")])
        deadline = time.monotonic() + 20
        while running.poll() is None and time.monotonic() < deadline:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    return port, running
            time.sleep(0.05)
        running.kill()
        running.wait(10)
    log = home / "log"
    return pytest.skip(f"Dovecot does not start: {log.read_text()[-500:] if log.exists() else 'no log'}")


def _certify(home: Path) -> None:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    (home / "cert.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (home / "key.pem").write_bytes(pem)


def test_mail_that_comes_at_any_moment_is_here_within_seconds(server: Server, by: Actor) -> None:
    account = account_on(by, 1, server.port, server.password)
    Account.objects.filter(pk=account.pk).update(
        imap_host=server.host, imap_security=server.security, login=server.login
    )
    with watching_on(), IMAPClient(server.host, server.port) as other:
        other.login(server.login, server.password)
        for number in range(20):
            other.append("INBOX", letter(number))
            time.sleep(0.03 * (number % 5))
        until(lambda: received() == 20)
    assert Mail.objects.values("message_id").distinct().count() == 20
