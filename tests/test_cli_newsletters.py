"""The commands about newsletters, resources and programmes, as an office would use them."""

from __future__ import annotations

import csv
import http.server
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
import yaml
from typer.testing import CliRunner

from builders import CHECKOUT
from newsletter_kit import a_bulk_mailer, a_server, a_subscriber, an_outreach
from worker.cli import newsletters, programmes, resources
from worker.desk.newsletter_sending import due_newsletters, send_newsletter
from worker.outreach_records import NewsletterStatus
from worker.policy.resources import Kind, Region, Resource

Run = Callable[..., str]
app = typer.Typer()
for family in (newsletters, programmes, resources):
    family.register(app)
FILE = CHECKOUT / "templates" / "newsletters" / "tu-van-nang-cap-website.vi.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    settings = {
        "mode": "live",
        "store": "tiny:news.db",
        "staff": [{"email": "sep@vinno.example", "name": "Hoàng", "role": "manager"}],
        "newsletters": {"window": ["00:00-23:59"], "working_days_only": False},
    }
    (tmp_path / "settings.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    outreach = an_outreach("tiny:news.db", tmp_path)
    for number in range(3):
        outreach.desk.records.save_customer(a_subscriber(number, customer_since=datetime(2020, 1, 1, tzinfo=UTC)))
    outreach.desk.records.save_customer(a_subscriber(3, consent=None))
    outreach.desk.records.close()
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    def invoke(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, [*words, "--settings", str(folder / "settings.yaml")], env={"COLUMNS": "200"})
        assert result.exit_code == code, result.output
        return result.output

    return invoke


def status_of(folder: Path) -> NewsletterStatus:
    outreach = an_outreach("tiny:news.db", folder)
    found = outreach.records.newsletter("BT-1")
    assert found is not None
    outreach.desk.records.close()
    return found.status


def test_a_newsletter_from_proof_to_ledger(run: Run, folder: Path) -> None:
    shown = run("newsletter", "proof", str(FILE), "--by", "sep@vinno.example")
    assert "BT-1 is a draft; its proof goes to sep@vinno.example" in shown
    assert "recipients: 3" in shown
    assert "left out: 1 without consent" in shown

    assert "BT-1 is approved" in run("newsletter", "send", "bt-1", "--at", "now")
    with a_server() as server:
        outreach = an_outreach("tiny:news.db", folder, server.port)
        mailer = a_bulk_mailer(outreach, 2)
        later = datetime.now(UTC) + timedelta(minutes=3)
        for one in due_newsletters(outreach, later):
            send_newsletter(outreach, mailer, one, "test", lambda: later)
        mailer.close()
        outreach.desk.records.close()

    assert "3/3" in run("newsletter", "status", "BT-1")
    run("newsletter", "ledger", "BT-1", "--csv", str(folder / "ledger.csv"))
    rows = list(csv.DictReader((folder / "ledger.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["state"] for row in rows} == {"sent"}
    assert {row["server said"] for row in rows} == {"250 2.0.0 accepted"}
    assert "BT-1" in run("newsletter", "list")


def test_it_can_be_paused_resumed_and_cancelled(run: Run, folder: Path) -> None:
    run("newsletter", "proof", str(FILE), "--by", "sep@vinno.example")
    run("newsletter", "send", "BT-1")

    assert "paused" in run("newsletter", "pause", "BT-1")
    assert "approved" in run("newsletter", "resume", "BT-1")
    assert "cancelled" in run("newsletter", "cancel", "BT-1")
    assert "cancelled already" in run("newsletter", "cancel", "BT-1", code=1)
    assert status_of(folder) is NewsletterStatus.CANCELLED


def test_a_dry_run_names_everybody(run: Run, folder: Path) -> None:
    run("newsletter", "proof", str(FILE), "--by", "sep@vinno.example")

    run("newsletter", "who", "BT-1", "--csv", str(folder / "who.csv"))

    rows = list(csv.DictReader((folder / "who.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["in"], row["reason"]) for row in rows] == [("yes", "included")] * 3 + [("no", "no_consent")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("newsletter", "pause", "BT-9"), "there is no newsletter BT-9"),
        (("newsletter", "proof", "none.md"), "none.md"),
        (("newsletter", "proof", str(FILE), "--by", "khac@vinno.example"), "no member of staff"),
        (("programmes", "show", "khac"), "there is no programme khac"),
    ],
)
def test_a_mistake_is_one_line(run: Run, words: tuple[str, ...], said: str) -> None:
    assert said in run(*words, code=1)


def test_a_cell_is_never_a_formula(run: Run, folder: Path) -> None:
    outreach = an_outreach("tiny:news.db", folder)
    outreach.desk.records.save_customer(a_subscriber(7, addresses=("=cmd@khach.example",)))
    outreach.desk.records.close()
    run("newsletter", "proof", str(FILE), "--by", "sep@vinno.example")

    assert "'=cmd@khach.example" in run("newsletter", "who", "BT-1")


def test_programmes_and_resources_are_listed(run: Run) -> None:
    assert "tu-van-nang-cap-website" in run("programmes", "list")
    assert "khách từ 2 năm trở lên" in run("programmes", "show", "tu-van-nang-cap-website")
    assert "Shopee" in run("resources", "list")
    assert "all well formed" in run("resources", "check")


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in http.server
        """Nothing."""


@pytest.fixture
def web() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def an_entry(name: str, link: str) -> Resource:
    plain = {"kind": Kind.FORUM, "region": Region.VN, "language": "vi", "vi": "diễn đàn", "en": "a forum"}
    return Resource.model_validate({**plain, "name": name, "link": link})


def test_only_links_that_do_not_answer_are_broken(web: int) -> None:
    links = {path: f"http://127.0.0.1:{web}/{path}" for path in ("200", "403", "404", "429", "500")}
    entries = [an_entry(name, link) for name, link in {**links, "nobody": "http://127.0.0.1:1/"}.items()]

    broken = {entry.name: why for entry, why in resources.broken_links(entries)}

    assert set(broken) == {"404", "500", "nobody"}
    assert broken["404"].startswith("404")
