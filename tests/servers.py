"""Real servers for the tests: the embedded pair (pymap, aiosmtpd) in the process, and a private Dovecot where installed."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

SUPPORT = "hotro@vinno.example"
PASSWORD = "secret"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(done: Callable[[], object], seconds: float = 30.0, what: str = "") -> None:
    """Wait until something is true; fail with words where it never is."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain {what}"
        time.sleep(0.01)


_CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
mail_location = maildir:{home}/mail/%u
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
ssl = {ssl}
{certificate}
auth_mechanisms = {mechanisms}
disable_plaintext_auth = no
mail_fsync = never
maildir_copy_with_hardlinks = yes
mailbox_idle_check_interval = 1 secs
imap_capability = {capability}
passdb {{
  driver = {passdb}
  args = {passdb_args}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """A private Dovecot on free ports, with every user's password the same; mail lies as Maildir below `home`.

    Not in pytest's own folder: started by root, its mail belongs to nobody, who may not look into that one.
    """

    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="dovecot-")))
    capability: str = ""  # instead of what the server can do
    introspection: str = ""  # asks there about access tokens, instead of taking the password
    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)

    @staticmethod
    def is_installed() -> bool:
        return shutil.which("dovecot") is not None or Path("/usr/sbin/dovecot").exists()

    @property
    def certificate(self) -> Path:
        return self.home / "cert.pem"

    def start(self) -> Dovecot:
        self.home.chmod(0o755)
        (self.home / "mail").mkdir(mode=0o777)
        self._make_certificate()
        root = os.getuid() == 0
        me = getpass.getuser()
        config = self.home / "dovecot.conf"
        config.write_text(
            _CONFIG.format(
                home=self.home,
                ssl="yes",
                certificate=f"ssl_cert = <{self.certificate}\nssl_key = <{self.home}/key.pem",
                capability=self.capability,
                mechanisms="xoauth2 oauthbearer" if self.introspection else "plain login",
                passdb="oauth2" if self.introspection else "static",
                passdb_args=self._oauth_config() if self.introspection else f"password={PASSWORD}",
                internal="dovecot" if root else me,
                group="dovecot" if root else me,
                login="dovenull" if root else me,
                uid="nobody" if root else me,
                gid="nogroup" if root else me,
                port=self.port,
                tls_port=self.tls_port,
            )
        )
        if root:
            shutil.chown(self.home / "mail", "nobody", "nogroup")
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        self._process = subprocess.Popen([program, "-F", "-c", str(config)])
        until(self._answers, what=f"for Dovecot; see {self.home}/dovecot.log")
        return self

    def _oauth_config(self) -> str:
        path = self.home / "oauth2.conf.ext"
        path.write_text(
            f"introspection_mode = post\nintrospection_url = {self.introspection}\nusername_attribute = email\n"
            "active_attribute = active\nactive_value = true\n"
        )
        return str(path)

    def _make_certificate(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost", "-keyout", str(self.home / "key.pem"),
             "-out", str(self.certificate)],
            check=True, capture_output=True,
        )  # fmt: skip

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as one:
            return one.recv(4) == b"* OK"
        return False

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)
        shutil.rmtree(self.home)
