"""`support-worker simulate`: what a quarter would be like, with the rules of the real desk and made-up traffic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from worker.cli.simulation_page import simulation_page
from worker.desk.scenario import Colleague, Scenario, ScenarioError, read_scenario, with_fixed_traffic
from worker.desk.simulation import Figures, Report, simulate
from worker.policy.promise import DEFAULT_TOLERANCE

_CHANGE = re.compile(r"([+-]?)(\d+(?:\.\d+)?)(%?)")

ScenarioArgument = Annotated[
    Path | None, typer.Argument(help="The scenario to play (YAML; default: templates/simulation/quarter.yaml).")
]
PeopleOption = Annotated[str, typer.Option("--people", help="What if there were more people, or fewer: +1, -2, 6.")]
MailsOption = Annotated[str, typer.Option("--mails", help="What if more mail came, or less: +30%, -10%, 250 (a week).")]
SeedOption = Annotated[int | None, typer.Option("--seed", help="Another course of chance.")]
HtmlOption = Annotated[Path | None, typer.Option("--html", help="Also write a page with plots to this file.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate")(simulate_command)


def simulate_command(
    scenario: ScenarioArgument = None,
    people: PeopleOption = "",
    mails: MailsOption = "",
    seed: SeedOption = None,
    html: HtmlOption = None,
) -> None:
    """Play a quarter: promises kept, waiting times and load, as it is and as it would be."""
    try:
        played = _scenarios(scenario or default_scenario(), people, mails, seed)
    except (OSError, ScenarioError, ValueError) as error:
        raise typer.BadParameter(str(error)) from None
    reports = [_play(name, one) for name, one in played]
    console = Console()
    for (name, _), report in zip(played, reports, strict=True):
        console.print(_table(name, report), *_notes(report), sep="\n")
    if html:
        html.write_text(simulation_page([(name, one) for (name, _), one in zip(played, reports, strict=True)]), "utf-8")
        console.print(f"The page with plots: {html}", highlight=False)
    if any(report.silent for report in reports):
        raise typer.Exit(1)


def default_scenario() -> Path:
    """The scenario that comes with the program."""
    return Path(__file__).resolve().parents[2] / "templates" / "simulation" / "quarter.yaml"


def _scenarios(path: Path, people: str, mails: str, seed: int | None) -> list[tuple[str, Scenario]]:
    """As it is and, where something is asked, as it would be."""
    scenario = read_scenario(path.read_text("utf-8"))
    if seed is not None:
        scenario = scenario.model_copy(update={"seed": seed})
    base = with_fixed_traffic(scenario)
    changed = with_mails(with_people(base, people), mails)
    words = [f"{word} {change}" for word, change in (("people", people), ("mails", mails)) if change]
    return [("As it is", base)] + ([(f"What if: {', '.join(words)}", changed)] if words else [])


def with_people(scenario: Scenario, change: str) -> Scenario:
    """The scenario with so many people more or fewer (who do everything, full time), or with that number of them.

    Raises ValueError for a change that leaves nobody, or is none.
    """
    if not change:
        return scenario
    there = scenario.people
    wanted = changed_number(len(there), change)
    if wanted < 1 or wanted != int(wanted):
        raise ValueError(f"--people {change}: there must be a whole number of people left, at least one")
    new = (Colleague(email=f"new{number}@example.vn") for number in range(1, int(wanted) - len(there) + 1))
    people = (*there[: int(wanted)], *new)
    remain = {one.email for one in people}
    planned = tuple(one for one in scenario.absences.planned if one.email in remain)
    absences = scenario.absences.model_copy(update={"planned": planned})
    return scenario.model_copy(update={"people": people, "absences": absences})


def with_mails(scenario: Scenario, change: str) -> Scenario:
    """The scenario with so much more or less mail, or with that many mails a week. ValueError where none is left."""
    if not change:
        return scenario
    mails = changed_number(with_fixed_traffic(scenario).mails_a_week or 0, change)
    if mails <= 0:
        raise ValueError(f"--mails {change}: no mail is left")
    return scenario.model_copy(update={"load": None, "mails_a_week": mails})


def changed_number(value: float, change: str) -> float:
    """The value after a change in words: `+30%`, `-2`, or `6` for a new value. ValueError where it is none of these."""
    found = _CHANGE.fullmatch(change.strip())
    if found is None or (found[3] and not found[1]):
        raise ValueError(f"{change!r} is no change; examples are +1, -2, +30%, 6")
    size = float(found[2]) * (value / 100 if found[3] else 1)
    return {"+": value + size, "-": value - size, "": size}[found[1]]


def _play(name: str, scenario: Scenario) -> Report:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=1.0)
        return simulate(scenario, lambda share: bar.update(task, completed=share))


def _table(name: str, report: Report) -> Table:
    scenario = report.scenario
    title = f"{name}: {scenario.weeks} weeks from {scenario.start}, {len(scenario.people)} people, "
    table = Table(
        title=f"{title}{scenario.mails_a_week:.0f} mails a week", title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0)
    )
    table.add_column("urgency", no_wrap=True)
    for heading in (
        "number",
        "first\nkept",
        "last\nkept",
        "silently\nbroken",
        "letters\neach",
        "begun\nafter (h)",
        "done\nafter (h)",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in report.figures:
        table.add_row(*_row(one, scenario.confidence))
    return table


def _row(one: Figures, confidence: float) -> Iterable[str]:
    if not one.requests:
        return (one.urgency, "0", *["–"] * 6)
    fair = confidence - 0.05 <= one.first_kept <= confidence + 0.1
    return (
        one.urgency,
        str(one.requests),
        f"[{'green' if fair else 'yellow'}]{one.first_kept:.1%}[/]",
        f"[{'green' if one.last_kept >= 0.95 else 'red'}]{one.last_kept:.1%}[/]",
        f"[{'red' if one.silent else 'green'}]{one.silent}[/]",
        f"{one.letters:.2f}",
        waiting_words(one.wait),
        waiting_words(one.done),
    )


def waiting_words(wait: tuple[int, int]) -> str:
    """The middle and the tail of a waiting time, in working hours: `1.5 – 6.0`."""
    middle, tail = (f"{minutes / 60:.1f}" for minutes in wait)
    return f"{middle} – {tail}"


def _notes(report: Report) -> Sequence[str]:
    sizes = [size for _, size in report.queue]
    tolerance = f"{DEFAULT_TOLERANCE.urgent} and {DEFAULT_TOLERANCE.other} working minutes"
    return (
        f"Load {report.load:.0%} of the time the team was there; {sum(sizes) / max(len(sizes), 1):.0f} open requests on "
        f"average, {max(sizes, default=0)} at most; staff alarmed {report.alarms} times.",
        f"Promises are stated as {report.scenario.confidence:.0%}. Begun and done: half of them, nine in ten, after so many "
        f"working hours. Silently broken: passed by more than {tolerance} (urgent, other) without a letter before.",
        "",
    )


def main() -> None:
    """Run this command alone."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    register(app)
    app()


if __name__ == "__main__":
    main()
