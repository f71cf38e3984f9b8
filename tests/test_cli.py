"""The command line as a person meets it: what it prints, what it refuses, and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from builders import CHECKOUT, NOW, a_mail, kept
from quote_kit import SELLER
from servers import PASSWORD, SUPPORT, free_port
from storage import open_store
from worker.app import build_desk
from worker.cli.embedded import EmbeddedMail
from worker.cli.main import app
from worker.desk.reception import quarantine, receive
from worker.records import INDEXES, Records
from worker.settings import load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "settings.yaml"
    (tmp_path / "templates").symlink_to(CHECKOUT / "templates")
    path.write_text(yaml.safe_dump({"mode": "live", "store": "tiny:worker.db", "staff_language": "en"}))
    return path


def _run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(one) for one in words], env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        return 1, f"{type(result.exception).__name__}: {result.exception}"
    return result.exit_code, result.output


def _with_one_request(path: Path) -> str:
    found = load_settings(path)
    desk = build_desk(found, Records(open_store(found.store, INDEXES, found.base)))
    received = receive(desk, kept(desk, a_mail()), NOW)
    desk.records.close()
    assert received.request is not None
    return received.request.id


def test_customers_are_imported_and_listed(settings: Path, tmp_path: Path) -> None:
    table = tmp_path / "customers.csv"
    table.write_text(
        "name,addresses,domains\nNhà hàng Sen Vàng,hue@senvang.example,senvang.example\n", encoding="utf-8"
    )

    code, said = _run("customers", "import", table, "-s", settings)
    _, listed = _run("customers", "list", "-s", settings)

    assert (code, said.strip()) == (0, "1 customers imported, 0 lines left out")
    assert "Nhà hàng Sen Vàng" in listed


def test_nothing_is_imported_when_a_line_is_wrong_unless_asked(settings: Path, tmp_path: Path) -> None:
    table = tmp_path / "customers.csv"
    table.write_text("name,addresses\nA,x@a.example\nB,wrong\n", encoding="utf-8")

    refused, said = _run("customers", "import", table, "-s", settings)
    _, nothing = _run("customers", "list", "-s", settings)
    _, skipped = _run("customers", "import", table, "--skip-bad", "-s", settings)

    assert refused == 1
    assert "line 3: addresses: 'wrong' is no address" in said
    assert "x@a.example" not in nothing
    assert "1 customers imported" in skipped


def test_staff_are_added_listed_and_taken_off(settings: Path) -> None:
    code, said = _run("staff", "add", "Mai@vinno.example", "--name", "Trần Thị Mai", "--role", "sales", "-s", settings)
    _, listed = _run("staff", "list", "-s", settings)
    off, gone = _run("staff", "off", "mai@vinno.example", "-s", settings)
    _, after = _run("staff", "list", "-s", settings)

    assert (code, said.strip()) == (0, "Trần Thị Mai <mai@vinno.example> is sales")
    assert "fees, quotes, customers, newsletters" in listed
    assert (off, "Trần Thị Mai <mai@vinno.example> is off" in gone) == (0, True)
    assert "off: mai@vinno.example" in after
    assert "Nobody may decide fees" in after


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "mai", "--name", "Mai"), "email: must be an address like ten@vinno.example, not 'mai'"),
        (("add", "mai@vinno.example", "--name", " "), "--name: must not be empty"),
        (("add", "mai@vinno.example", "--name", "Mai", "--capacity", "2"), "capacity: Input should be less than or"),
        (("add", "hotro@vinno.example", "--name", "Mai"), "hotro@vinno.example is the desk's own address"),
        (("off", "mai@vinno.example"), "mai@vinno.example is no member of staff; there are: none"),
    ],
)
def test_what_cannot_be_staff_is_refused_with_the_reason(settings: Path, words: tuple[str, ...], why: str) -> None:
    code, said = _run("staff", *words, "-s", settings)

    assert code == 1
    assert why in said


def test_status_for_programs_is_json(settings: Path) -> None:
    number = _with_one_request(settings)

    code, said = _run("status", "--json", "-s", settings)

    assert code == 0
    assert json.loads(said)["open_requests"] == [number]


def test_the_queue_and_the_reason_are_shown(settings: Path) -> None:
    number = _with_one_request(settings)

    _, queue = _run("queue", "-s", settings)
    _, why = _run("why", number.lower(), "-s", settings)

    assert number in queue
    assert "fee: review by rule unknown_sender" in why
    assert "opened" in why


def test_an_unknown_number_is_said(settings: Path) -> None:
    assert _run("why", "VN-9", "-s", settings) == (1, "there is no request VN-9\n")


def test_a_quarantined_mail_is_listed_shown_and_handled_again(settings: Path) -> None:
    found = load_settings(settings)
    desk = build_desk(found, Records(open_store(found.store, INDEXES, found.base)))
    raw = a_mail("broken")
    inbound = kept(desk, raw)
    quarantine(desk, inbound, "ValueError: broken", NOW)
    desk.records.close()

    _, listed = _run("quarantine", "list", "-s", settings)
    _, shown = _run("quarantine", "show", inbound, "-s", settings)
    _, again = _run("quarantine", "retry", "all", "-s", settings)

    assert f"{inbound}" in listed
    assert "ValueError: broken" in listed
    assert shown == raw.decode()
    assert again == "1 mails will be handled again\n"


def test_check_is_fine_where_everything_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORT_TEST_PASSWORD", PASSWORD)
    mail = EmbeddedMail({SUPPORT: PASSWORD}).start()
    server = {"host": "127.0.0.1", "tls": "none", "user": SUPPORT, "password_env": "SUPPORT_TEST_PASSWORD"}
    path = tmp_path / "settings.yaml"
    (tmp_path / "templates").symlink_to(CHECKOUT / "templates")
    path.write_text(
        yaml.safe_dump(
            {
                "store": "tiny:worker.db",
                "staff": [{"email": "mai@vinno.example", "name": "Mai", "role": "sales"}],
                "authentication": {"trusted_authserv_id": "mx.vinno.example"},
                "mailboxes": [{**server, "port": mail.imap_port}],
                "smtp": {**server, "port": mail.smtp_port},
                "quotes": {"seller": SELLER},
            }
        )
    )

    code, said = _run("check", "--probe", "-s", path)
    mail.stop()

    assert "FIX" not in said
    assert code == 0


def test_check_says_what_to_do_about_each_thing_that_does_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORT_TEST_PASSWORD", PASSWORD)
    server = {"host": "127.0.0.1", "tls": "none", "password_env": "SUPPORT_TEST_PASSWORD", "port": free_port()}
    path = tmp_path / "settings.yaml"
    (tmp_path / "templates").symlink_to(CHECKOUT / "templates")
    path.write_text(
        yaml.safe_dump({"store": "tiny:worker.db", "mailboxes": [server], "smtp": {"password_env": "NOT_SET"}})
    )

    code, said = _run("check", "-s", path)

    assert code == 1
    assert "nobody answers there (connection refused)" in said
    assert "the environment variable NOT_SET is not set" in said
    assert "authentication.trusted_authserv_id is empty" in said
    assert "no quote can be sent: quotes.seller.tax_number: is missing" in said


def test_wrong_settings_are_refused_with_every_place(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("mode: send\nsmtp: {port: x}\n")

    code, said = _run("status", "-s", path)

    assert code == 1
    assert "mode: input should be" in said
    assert "smtp.port: " in said
