"""DKIM: what we sign verifies, what is changed on the way does not, and a key that cannot sign is said at the start."""

from __future__ import annotations

import base64
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import dkim
import pytest

from builders import NOW, a_desk, a_mail, letters, received
from newsletter_kit import a_newsletter, a_server, add_customers, an_outreach
from worker.desk.audience import dry_run
from worker.desk.context import Desk
from worker.desk.newsletter_letters import proof
from worker.desk.newsletter_sending import due_newsletters, send_newsletter
from worker.mail.bulk_mailer import BulkMailer
from worker.mail.composing import Draft, compose
from worker.mail.dkim_signing import make_signer
from worker.model import Address, Staff
from worker.outreach_records import NewsletterStatus
from worker.settings import Dkim, SettingsError

MIME = compose(
    Draft(
        sender=Address("hotro@vinno.example", "VINNO Hỗ trợ"),
        to=[Address("lan@khach.example", "Lan")],
        subject="[QC] Tư vấn nâng cấp",
        date=NOW,
        message_id="x@vinno.example",
        text="Kính gửi chị Lan",
        headers=[
            ("List-Unsubscribe", "<mailto:x@vinno.example>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ],
    )
)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the key of this test")
    folder = tmp_path_factory.mktemp("dkim")
    subprocess.run(
        ["openssl", "genrsa", "-traditional", "-out", "key.pem", "1024"], cwd=folder, check=True, capture_output=True
    )
    subprocess.run(
        ["openssl", "rsa", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "key.der"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


def verifies(mime: bytes, folder: Path) -> bool:
    public = base64.b64encode((folder / "key.der").read_bytes())

    def dns(_name: bytes, timeout: int = 5) -> bytes:
        return b"v=DKIM1; k=rsa; p=" + public

    return bool(dkim.verify(mime, dnsfunc=dns))


def signed(folder: Path) -> bytes:
    sign = make_signer(Dkim(domain="vinno.example", selector="tin", key_file="key.pem"), folder)
    assert sign is not None
    return sign(MIME)


def test_a_signed_mail_verifies(key: Path) -> None:
    assert verifies(signed(key), key)


@pytest.mark.parametrize(
    "change",
    [
        lambda mime: mime.replace(b"Subject: ", b"Subject: x"),
        lambda mime: b"From: evil@vinno.example\r\n" + mime,
        lambda mime: mime.replace(b"List-Unsubscribe: <mailto:x@", b"List-Unsubscribe: <mailto:y@"),
        lambda mime: mime.replace(b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Clicks"),
        lambda mime: mime + b"more\r\n",
    ],
    ids=["subject", "a second From", "the way to refuse", "one click", "body"],
)
def test_a_mail_that_was_changed_does_not(key: Path, change: object) -> None:
    assert callable(change)
    assert not verifies(change(signed(key)), key)


def test_the_mail_itself_is_not_touched(key: Path) -> None:
    assert signed(key).endswith(MIME)


def test_without_settings_nothing_is_signed() -> None:
    assert make_signer(None, Path()) is None


@pytest.mark.parametrize(("file", "content"), [("none.pem", None), ("bad.pem", b"not a key"), ("empty.pem", b"")])
def test_a_key_that_cannot_sign_is_said_at_the_start(tmp_path: Path, file: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / file).write_bytes(content)

    with pytest.raises(SettingsError, match="key_file"):
        make_signer(Dkim(domain="vinno.example", selector="tin", key_file=file), tmp_path)


def a_signing_desk(key: Path) -> Desk:
    wishes = {"domain": "vinno.example", "selector": "tin", "key_file": str(key / "key.pem")}
    desk = a_desk(smtp={"user": "", "host": "127.0.0.1", "tls": "none", "dkim": wishes})
    assert desk.sign is not None
    return desk


def test_every_letter_is_signed_where_settings_wish_it(key: Path) -> None:
    desk = a_signing_desk(key)

    received(desk, a_mail())

    assert {one.kind for one in letters(desk)} == {"acknowledgement", "staff_request"}
    for letter in letters(desk):
        assert verifies(desk.records.letter_bytes(letter.id), key)


def test_a_newsletter_and_its_specimen_are_signed(key: Path) -> None:
    outreach = an_outreach()
    outreach = replace(outreach, desk=replace(outreach.desk, sign=a_signing_desk(key).sign))
    add_customers(outreach, 2)
    with a_server() as server:
        mailer = BulkMailer(outreach.desk.settings.smtp.model_copy(update={"port": server.port}), None, Path())
        number = a_newsletter(outreach).id
        due_newsletters(outreach, NOW)
        send_newsletter(outreach, mailer, number, "test", lambda: NOW)
        mailer.close()
    draft = a_newsletter(outreach, status=NewsletterStatus.DRAFT)
    member = Staff(email="sep@vinno.example", name="Hoàng")
    proofs = proof(outreach, draft, dry_run(outreach, draft, NOW), member, (), NOW)

    assert len(server.mails) == len(proofs) == 2
    for mime in (*(transmitted(mail) for _, mail in server.mails), *(one.mime for one in proofs)):
        assert verifies(mime, key)


def transmitted(data: bytes) -> bytes:
    """What a mail server reads out of DATA: dots that were doubled on the way are single again (RFC 5321, 4.5.2)."""
    return data.replace(b"\r\n..", b"\r\n.") + b"\r\n"
