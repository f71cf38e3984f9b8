"""The simulated quarter: promises are kept as stated, and the page and table say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from worker.cli.simulate import changed_number, default_scenario, register, with_mails, with_people
from worker.cli.simulation_page import simulation_page
from worker.desk.scenario import (
    Absences,
    Colleague,
    Scenario,
    ScenarioError,
    Traffic,
    read_scenario,
    with_fixed_traffic,
)
from worker.desk.simulation import Case, Report, silently_late, simulate
from worker.model import Category, Urgency
from worker.policy.promise import DEFAULT_TOLERANCE, is_quiet, last_chance


@pytest.fixture(scope="module")
def quarter() -> Report:
    return simulate(read_scenario(default_scenario().read_text("utf-8")))


def small(weeks: int = 2, seed: int = 5, load: float = 0.8) -> Scenario:
    """Two people, two kinds of request."""
    return Scenario(
        start=date(2026, 12, 7),
        weeks=weeks,
        warm_up_weeks=1,
        seed=seed,
        load=load,
        people=(Colleague(email="an@example.vn"), Colleague(email="binh@example.vn")),
        absences=Absences(sick_days_a_year=20),
        traffic=(
            Traffic(category=Category.EMAIL_INCIDENT, urgency=Urgency.HIGH, share=1, minutes=(15, 30, 60)),
            Traffic(category=Category.WEBSITE_REQUEST, urgency=Urgency.NORMAL, share=2, minutes=(20, 40, 90)),
        ),
    )


# ---- what must hold -------------------------------------------------------------------------------------------------


def test_the_team_is_busy_for_four_fifths_of_its_time(quarter: Report) -> None:
    assert quarter.load == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize("urgency", list(Urgency))
def test_first_promises_are_kept_as_stated_for_each_urgency(quarter: Report, urgency: Urgency) -> None:
    figures = next(one for one in quarter.figures if one.urgency is urgency)

    assert figures.requests > 80
    assert 0.75 <= figures.first_kept <= 0.90


@pytest.mark.parametrize("urgency", list(Urgency))
def test_the_last_promise_told_is_kept(quarter: Report, urgency: Urgency) -> None:
    assert next(one for one in quarter.figures if one.urgency is urgency).last_kept >= 0.95


def test_no_promise_breaks_silently_by_more_than_the_tolerance(quarter: Report) -> None:
    assert quarter.silent == 0


def test_a_second_letter_in_a_half_day_only_saves_a_promise_from_breaking_silently(quarter: Report) -> None:
    again = [
        (case, told, before)
        for case, (told, _), (previously, before) in _letters(quarter)
        if quarter.hours.half_day(told) == quarter.hours.half_day(previously) and previously != case.promises[0][0]
    ]

    assert again
    assert all(told >= last_chance(before, case.urgency, quarter.hours) for case, told, before in again)


def test_nobody_but_the_critical_gets_a_letter_at_night(quarter: Report) -> None:
    letters = [(case, told) for case, (told, _), _ in _letters(quarter)]

    assert letters
    assert not any(is_quiet(told, quarter.hours) for case, told in letters if case.urgency is not Urgency.CRITICAL)


def test_every_promise_lies_ahead_and_in_working_time(quarter: Report) -> None:
    promises = [promise for case in quarter.cases for promise in case.promises]

    assert all(promised > told for told, promised in promises)
    assert all(quarter.hours.previous_working(promised) == promised for _, promised in promises)


def test_the_more_urgent_wait_less(quarter: Report) -> None:
    tails = [one.wait[1] for one in quarter.figures]

    assert tails == sorted(tails)
    assert tails[0] < 10


def _letters(report: Report) -> Iterator[tuple[Case, tuple[datetime, datetime], tuple[datetime, datetime]]]:
    """Each letter that moved a promise (told, promised), and the promise before it."""
    for case in report.cases:
        for before, after in zip(case.promises, case.promises[1:], strict=False):
            yield case, after, before


# ---- the machine itself ---------------------------------------------------------------------------------------------


def test_the_same_seed_plays_the_same_weeks_and_another_one_others() -> None:
    first, again, other = simulate(small()), simulate(small()), simulate(small(seed=6))

    assert first.figures == again.figures
    assert first.figures != other.figures


def test_everything_that_arrives_is_done_once_and_takes_what_it_takes() -> None:
    report = simulate(small())

    assert len({case.made_up.id for case in report.cases}) == len(report.cases) > 40
    assert all(case.spent == pytest.approx(case.made_up.minutes) for case in report.cases)
    assert all(case.begun and case.completed and case.begun < case.completed for case in report.cases)


def test_nobody_works_more_than_they_are_there() -> None:
    report = simulate(small())

    assert all(0 < one.busy <= one.there + 1e-6 for week in report.weeks for one in week.values())


def test_progress_is_told_and_only_grows() -> None:
    told: list[float] = []
    simulate(small(), told.append)

    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0, abs=0.05)


def test_a_promise_that_passed_unnoticed_is_counted() -> None:
    report = simulate(small(weeks=1))
    case = report.cases[0]
    late = replace(case, promises=[(case.made_up.arrived, case.made_up.arrived)])
    tolerance = DEFAULT_TOLERANCE.of(case.urgency)

    assert case.completed is not None
    done = replace(late, completed=report.hours.add_working_time(case.made_up.arrived, tolerance + 1))
    assert list(silently_late(done, report.hours)) == [tolerance + 1]


# ---- what if --------------------------------------------------------------------------------------------------------


def test_with_one_more_person_the_same_mail_waits_less() -> None:
    base = with_fixed_traffic(small(weeks=4, load=0.9))

    more = simulate(with_people(base, "+1"))
    as_is = simulate(base)

    assert more.scenario.mails_a_week == as_is.scenario.mails_a_week
    assert more.load < as_is.load - 0.1
    assert more.figures[2].done[1] < as_is.figures[2].done[1]


def test_with_more_mail_everybody_is_busier() -> None:
    assert simulate(with_mails(small(load=0.6), "+30%")).load > simulate(small(load=0.6)).load + 0.1


@pytest.mark.parametrize(
    ("value", "change", "after"), [(4, "+1", 5), (4, "-1", 3), (4, "6", 6), (200, "+30%", 260), (200, "-10%", 180)]
)
def test_changes_in_words(value: float, change: str, after: float) -> None:
    assert changed_number(value, change) == pytest.approx(after)


@pytest.mark.parametrize("change", ["", "more", "30%", "+-1", "1e9", "+ 1"])
def test_what_is_no_change_is_refused(change: str) -> None:
    with pytest.raises(ValueError, match="is no change"):
        changed_number(4, change)


@pytest.mark.parametrize("change", ["-2", "0", "+0.5"])
def test_somebody_must_be_left(change: str) -> None:
    with pytest.raises(ValueError, match="people left"):
        with_people(small(), change)


def test_those_who_leave_take_their_leave_with_them() -> None:
    scenario = read_scenario(default_scenario().read_text("utf-8"))

    assert with_people(scenario, "-3").absences.planned == scenario.absences.planned[1:]


# ---- scenarios that make no sense -----------------------------------------------------------------------------------

SCENARIO = """
start: {start}
load: 0.8
{more}
people: [{{email: an@example.vn}}]
traffic: [{{category: {category}, urgency: high, share: 1, minutes: {minutes}}}]
"""


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"start": "2026-02-30"}, "start"),
        ({"minutes": "[60, 30, 15]"}, "traffic.0"),
        ({"minutes": "[0, 30, 60]"}, "traffic.0"),
        ({"category": "gardening"}, "traffic.0.category"),
        ({"more": "weeks: 0"}, "weeks"),
        ({"more": "mails_a_week: 100"}, "exactly one of load and mails_a_week"),
        ({"more": "colour: red"}, "colour"),
        ({"more": "hours: {monday: ['12:00-08:00']}"}, "hours.monday"),
        (
            {"more": "absences: {planned: [{email: x@example.vn, from: 2026-12-01, until: 2026-12-02}]}"},
            "x@example.vn",
        ),
        ({"more": "people: ["}, "no YAML"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused_with_its_place(change: dict[str, str], place: str) -> None:
    values = {"start": "2026-12-07", "more": "", "category": "warranty", "minutes": "[15, 30, 60]"} | change

    with pytest.raises(ScenarioError) as refused:
        read_scenario(SCENARIO.format(**values))

    assert place in str(refused.value)


# ---- table and page -------------------------------------------------------------------------------------------------


def test_the_page_is_one_file_that_needs_nothing_else_and_names_are_text() -> None:
    report = simulate(small(weeks=1))
    page = simulation_page([("<b>What if</b>", report)])

    assert page.count("<svg") == 4
    assert "&lt;b&gt;What if&lt;/b&gt;" in page
    assert "<script" not in page
    assert "http" not in page
    for one in report.figures:
        assert not one.requests or f"{one.first_kept:.1%}" in page


def test_the_command_prints_the_figures_and_writes_the_page(tmp_path: Path) -> None:
    scenario, page = tmp_path / "scenario.yaml", tmp_path / "page.html"
    scenario.write_text(
        SCENARIO.format(start="2026-12-07", more="weeks: 1", category="warranty", minutes="[15, 30, 60]"), "utf-8"
    )

    result = _run(str(scenario), "--mails", "+30%", "--seed", "3", "--html", str(page))

    assert result.exit_code == 0, result.output
    assert "As it is" in result.output
    assert "What if: mails +30%" in result.output
    assert "Load" in result.output
    assert page.read_text("utf-8").count("<svg") == 8


@pytest.mark.parametrize("arguments", [["--people", "-9"], ["--mails", "lots"], ["nowhere.yaml"]])
def test_the_command_refuses_what_it_cannot_play(arguments: list[str]) -> None:
    assert _run(*arguments).exit_code == 2


def _run(*arguments: str) -> Result:
    app = Typer()
    register(app)
    return CliRunner().invoke(app, list(arguments))
