"""settings.yaml: complete, and every mistake in it named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from builders import CHECKOUT
from worker.settings import MailboxSettings, Settings, SettingsError, load_settings, read_settings

SHIPPED = CHECKOUT / "settings.yaml"


def test_the_shipped_settings_are_the_defaults() -> None:
    shipped = load_settings(SHIPPED).model_dump(exclude={"base"})

    assert shipped == read_settings({}).model_dump(exclude={"base"})


def test_the_shipped_settings_write_out_every_default() -> None:
    written = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))

    assert list(_not_written(Settings, written)) == []


def _not_written(section: type[BaseModel], written: dict[str, object], place: str = "") -> list[str]:
    missing = []
    for name, field in section.model_fields.items():
        if name in {"base", "oauth", "dkim"}:
            continue
        if name not in written:
            missing.append(f"{place}{name}")
        elif isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            missing += _not_written(field.annotation, written[name], f"{place}{name}.")  # type: ignore[arg-type]
    return missing


def test_the_shipped_settings_send_nothing_to_customers() -> None:
    assert load_settings(SHIPPED).mode == "shadow"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"mod": "live"}, "mod: unknown key; did you mean mode?"),
        ({"mode": "send"}, "mode: input should be 'observe', 'shadow' or 'live' (it is 'send')"),
        ({"smtp": {"port": 99999}}, "smtp.port: input should be less than or equal to 65535 (it is 99999)"),
        ({"mailboxes": [{"hots": "x"}]}, "mailboxes[0].hots: unknown key; did you mean host?"),
        ({"mailboxes": []}, "mailboxes: name at least one mailbox to poll"),
        ({"mailboxes": [{}, {}]}, "mailboxes: every mailbox needs a name of its own"),
        (
            {"mailboxes": [{"since": "gestern"}]},
            "mailboxes[0].since: must be now, all or a date like 2026-11-30, not 'gestern'",
        ),
        ({"staff_address": "nobody"}, "staff_address: must be an address like ten@vinno.example, not 'nobody'"),
        ({"store": "mysql://x"}, "store: must begin with one of tiny:, postgresql:, postgres:"),
        ({"broker": "kafka://x"}, "broker: must begin with one of memory:, amqp:, amqps:, redis:, rediss:"),
        ({"hours": {"time_zone": "Asia/Hanoi2"}}, "hours.time_zone: is no time zone of the IANA database: Asia/Hanoi2"),
        ({"hours": {"monday": ["8-12"]}}, "hours.monday: must read like 08:00-12:00, not '8-12'"),
        ({"hours": {"monday": ["12:00-08:00"]}}, "hours.monday: ends before it begins: 12:00-08:00"),
        (
            {"hours": {"monday": ["08:00-12:00", "11:00-17:00"]}},
            "hours.monday: 11:00 begins before 12:00, the end of the interval before it",
        ),
        (
            {"hours": {day: [] for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")}},
            "hours: no day of the week has working time",
        ),
        (
            {"policy": {"free_up_to_minutes": -1}},
            "policy.free_up_to_minutes: input should be greater than or equal to 0 (it is -1)",
        ),
        (
            {"forecast": {"confidence": 80}},
            "forecast.confidence: input should be less than or equal to 0.99 (it is 80)",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings(wrong)

    assert caught.value.mistakes == [said]


def test_all_mistakes_are_reported_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"mode": "x", "smtp": {"port": "y"}, "unknown": 1})

    assert len(caught.value.mistakes) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [("mode: [", "is not YAML"), ("- a list", "must be a mapping"), ("mode: \udcff", "is not UTF-8 text")],
)
def test_a_file_that_is_no_settings_is_refused_in_words(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "settings.yaml"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))

    with pytest.raises(SettingsError, match=said):
        load_settings(path)


def test_a_day_that_does_not_exist_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("hours:\n  days_off: [2026-02-30]\n")

    with pytest.raises(SettingsError, match=r"hours\.days_off\[0\]: "):
        load_settings(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.yaml: No such file"):
        load_settings(tmp_path / "none.yaml")


def test_a_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_PASSWORD", "secret")

    assert MailboxSettings(password_env="A_PASSWORD").password("mailboxes[0]", Path()) == "secret"


def test_a_password_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")

    assert MailboxSettings(password_env="", password_file="password").password("x", tmp_path) == "secret"


def test_a_missing_password_is_named_with_its_place() -> None:
    with pytest.raises(SettingsError, match=r"mailboxes\[0\]: password_env: the environment variable NOT_SET_AT_ALL"):
        MailboxSettings(password_env="NOT_SET_AT_ALL").password("mailboxes[0]", Path())


def test_a_secret_is_never_shown() -> None:
    assert "secret" not in repr(load_settings(SHIPPED)).replace("client_secret_env", "")
