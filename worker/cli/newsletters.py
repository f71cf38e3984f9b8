"""Commands about newsletters: list, prove, send, pause, resume, cancel, watch, the ledger."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from storage import Conflict
from worker.app import build_desk, utc_now
from worker.cli.common import SettingsOption, console, csv_to, local, opened_records, settings_from
from worker.desk.audience import dry_run
from worker.desk.newsletter_layout import contents_of, subject_of
from worker.desk.newsletter_ledger import HEADER, ledger
from worker.desk.newsletter_letters import reason_name, schedule_words
from worker.desk.newsletter_sending import send_again
from worker.desk.newsletters import NewsletterError, approve, cancel, changed_by, pause, propose_from_files, resume
from worker.desk.outreach import Outreach, open_outreach
from worker.mail.newsletter_content import ContentError
from worker.model import Language, Role, Staff
from worker.outreach_records import Newsletter, NewsletterStatus, RecipientStatus, SubscriptionStatus
from worker.policy.newsletter_commands import Field
from worker.policy.newsletter_schedule import ScheduleError
from worker.policy.programmes import ProgrammeError
from worker.policy.segments import Person, Verdict, describe

_BY = "command line"
_TRIES = 10
_WATCH_SECONDS = 1.0
_WAITING = (RecipientStatus.QUEUED, RecipientStatus.HANDING_OVER, RecipientStatus.DEFERRED)

family = typer.Typer(help="Newsletters: proof, sending, what became of each recipient.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="The newsletter's number, such as BT-7.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(family, name="newsletter")


@contextmanager
def _opened(settings: SettingsOption) -> Iterator[Outreach]:
    """Outreach for the time of one command; what can be expected to be wrong is one line and exit code 1."""
    found = settings_from(settings)
    with opened_records(found) as records:
        try:
            yield open_outreach(build_desk(found, records))
        except (NewsletterError, ContentError, ScheduleError, ProgrammeError) as error:
            console.print(escape(str(error)), style="red", soft_wrap=True)
            raise typer.Exit(1) from None


def _found(outreach: Outreach, number: str) -> Newsletter:
    newsletter = outreach.records.newsletter(number.upper())
    if newsletter is None:
        raise NewsletterError(f"there is no newsletter {number}")
    return newsletter


@family.command("list")
def list_(settings: SettingsOption = None) -> None:
    """List newsletters, the newest first."""
    table = Table(box=None, header_style="bold")
    for column in ("number", "state", "subject", "by", "wants to go", "note"):
        table.add_column(column)
    with _opened(settings) as outreach:
        for one in outreach.records.newsletters():
            subject = next(iter(one.subjects.values()), "")
            due = local(one.due, outreach.desk.settings) if one.due else "–"
            table.add_row(one.id, one.status.value, escape(subject), escape(one.by), due, escape(one.note))
    console.print(table)


@family.command()
def proof(
    files: Annotated[list[Path], typer.Argument(help="Markdown with front matter, one file for each language.")],
    by: Annotated[str, typer.Option("--by", help="The member of staff whom the proof goes to.")] = "",
    settings: SettingsOption = None,
) -> None:
    """Take a newsletter in from files and send the proof; nobody else gets anything."""
    with _opened(settings) as outreach:
        member = _member(outreach, by)
        outcome = propose_from_files(outreach, files, member, utc_now())
        outreach.desk.records.save(outcome)
        number = next(change.key for change in outcome.claims if change.kind == "newsletter")
        console.print(f"{number} is a draft; its proof goes to {escape(member.email)}")
        _show(outreach, _found(outreach, number))


def _member(outreach: Outreach, email: str) -> Staff:
    """The member of staff named; without a name the staff's address, which may approve nothing by mail."""
    settings = outreach.desk.settings
    if not email:
        return Staff(email=settings.staff_address, name="", role=Role.TECHNICIAN, language=settings.staff_language)
    member = outreach.desk.member(email)
    if member is None:
        raise NewsletterError(f"{email} is no member of staff: see support-worker staff list")
    return member


def _show(outreach: Outreach, newsletter: Newsletter) -> None:
    now = utc_now()
    audience = dry_run(outreach, newsletter, now)
    for content in contents_of(outreach, newsletter).values():
        console.print(f"[bold]{escape(subject_of(newsletter, content))}[/bold] ({content.language.value})")
    console.print(f"for: {escape('; '.join(describe(newsletter.segment, Language.EN)))}")
    console.print(f"recipients: {audience.size}")
    for reason, count in audience.left_out.most_common():
        examples = ", ".join(audience.examples.get(reason, []))
        console.print(f"left out: {count} {reason_name(reason, Language.EN)}: {escape(examples)}", soft_wrap=True)
    console.print(f"schedule: {schedule_words(outreach, newsletter, Language.EN, now)}")
    if newsletter.note:
        console.print(f"cannot be approved yet: {escape(newsletter.note)}", style="red", soft_wrap=True)


@family.command("who")
def who(
    number: Number,
    file: Annotated[Path | None, typer.Option("--csv", help="Write to this file instead of the screen.")] = None,
    settings: SettingsOption = None,
) -> None:
    """A dry run: everybody the records know, in or out, and why; as CSV."""
    with _opened(settings) as outreach, csv_to(file, ("email", "customer", "in", "reason", "detail")) as write:
        dry_run(outreach, _found(outreach, number), utc_now(), lambda person, verdict: write(_judged(person, verdict)))


def _judged(person: Person, verdict: Verdict) -> tuple[str, ...]:
    return person.email, person.customer_id, "yes" if verdict.is_in else "no", verdict.reason.value, verdict.detail


@family.command()
def send(
    number: Number,
    at: Annotated[
        str, typer.Option("--at", help='When: "now", "9h thứ 2", "2026-12-01 10:00", "cron: 0 9 * * 1".')
    ] = "",
    settings: SettingsOption = None,
) -> None:
    """Approve a draft: it goes by its schedule, or when --at says; inside the sending window, two minutes from now at least."""

    def step(outreach: Outreach, newsletter: Newsletter, now: datetime) -> Newsletter:
        wanted = changed_by(outreach, newsletter, {Field.SCHEDULE: at}, _BY, now) if at else newsletter
        return approve(outreach, wanted, _BY, now)

    _change(number, settings, step)


@family.command("pause")
def pause_(number: Number, settings: SettingsOption = None) -> None:
    """Stop sending for now; nothing more leaves within a second."""
    _change(number, settings, lambda _, newsletter, now: pause(newsletter, _BY, now))


@family.command("resume")
def resume_(number: Number, settings: SettingsOption = None) -> None:
    """Go on with a paused newsletter, or let one go that asks."""
    _change(number, settings, lambda _, newsletter, now: resume(newsletter, _BY, now))


@family.command("cancel")
def cancel_(number: Number, settings: SettingsOption = None) -> None:
    """End a newsletter for good: what is queued never leaves."""
    _change(number, settings, lambda _, newsletter, now: cancel(newsletter, _BY, now))


def _change(
    number: str, settings: SettingsOption, step: Callable[[Outreach, Newsletter, datetime], Newsletter]
) -> None:
    """Take one step, again where a running worker wrote at the same moment."""
    with _opened(settings) as outreach:
        for _ in range(_TRIES):
            changed = step(outreach, _found(outreach, number), utc_now())
            try:
                outreach.records.save(changed)
            except Conflict:
                continue
            due = f", {local(changed.due, outreach.desk.settings)}" if changed.due else ""
            console.print(f"{changed.id} is {changed.status.value}{due}")
            return
        raise NewsletterError(f"{number} changes all the time; try again")


@family.command()
def again(
    number: Number,
    state: Annotated[RecipientStatus, typer.Argument(help="deferred, failed or uncertain.")],
    settings: SettingsOption = None,
) -> None:
    """Send once more to the recipients in that state. Uncertain ones may have got it: look at their mailboxes first."""
    if state not in {RecipientStatus.DEFERRED, RecipientStatus.FAILED, RecipientStatus.UNCERTAIN}:
        console.print("only deferred, failed and uncertain recipients can be sent to again", style="red")
        raise typer.Exit(1)
    with _opened(settings) as outreach:
        count = send_again(outreach, _found(outreach, number), state, _BY, utc_now())
        console.print(f"{count} recipients are queued again")


@family.command()
def status(
    number: Annotated[str, typer.Argument(help="A newsletter; all that are under way without one.")] = "",
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Keep watching, with the rate.")] = False,
    settings: SettingsOption = None,
) -> None:
    """How far newsletters are: a bar for each, the rate, what failed."""
    with _opened(settings) as outreach:
        shown = [_found(outreach, number)] if number else list(_under_way(outreach))
        if not shown:
            console.print("no newsletter is under way")
        elif watch:
            _watch(outreach, shown)
        for one in shown:
            _print_counts(outreach, _found(outreach, one.id))


def _under_way(outreach: Outreach) -> Iterable[Newsletter]:
    return outreach.records.newsletters_in(
        NewsletterStatus.GATHERING,
        NewsletterStatus.SENDING,
        NewsletterStatus.PAUSED,
        NewsletterStatus.ASKING,
        NewsletterStatus.APPROVED,
    )


def _watch(outreach: Outreach, newsletters: Iterable[Newsletter]) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bars = {one.id: progress.add_task(one.id, total=None, rate="") for one in newsletters}
        before = dict.fromkeys(bars, 0)
        while bars:
            for number, bar in list(bars.items()):
                done, total = _progress(outreach, number)
                rate = f"{(done - before[number]) / _WATCH_SECONDS:.0f}/s" if before[number] else ""
                progress.update(bar, completed=done, total=total or None, rate=rate)
                before[number] = done
                if _found(outreach, number).status.is_over:
                    del bars[number]
            if bars:
                time.sleep(_WATCH_SECONDS)


def _progress(outreach: Outreach, number: str) -> tuple[int, int]:
    counts = outreach.records.counts(number)
    total = sum(counts.values())
    return total - sum(counts[one] for one in _WAITING), total


def _print_counts(outreach: Outreach, newsletter: Newsletter) -> None:
    counts = outreach.records.counts(newsletter.id)
    total = sum(counts.values())
    done = total - sum(counts[one] for one in _WAITING)
    bar = "█" * (20 * done // total) + "░" * (20 - 20 * done // total) if total else "░" * 20
    subject = next(iter(newsletter.subjects.values()), "")
    console.print(f"[bold]{newsletter.id}[/bold] {newsletter.status.value} {bar} {done}/{total} {escape(subject)}")
    words = ", ".join(f"{count} {one.value}" for one, count in counts.items() if count)
    rate = _rate(newsletter, counts[RecipientStatus.SENT])
    console.print(f"  {words or 'no recipients yet'}{rate}", soft_wrap=True)
    if newsletter.note:
        console.print(f"  {escape(newsletter.note)}", style="yellow", soft_wrap=True)


def _rate(newsletter: Newsletter, sent: int) -> str:
    """Mails a second over the whole time since the start."""
    if newsletter.started is None:
        return ""
    seconds = ((newsletter.finished or utc_now()) - newsletter.started).total_seconds()
    return f"; {sent / seconds:.1f}/s since the start" if seconds >= 1 else ""


@family.command("ledger")
def ledger_(
    number: Number,
    file: Annotated[Path | None, typer.Option("--csv", help="Write to this file instead of the screen.")] = None,
    settings: SettingsOption = None,
) -> None:
    """What became of each recipient, in the servers' words; as CSV."""
    with _opened(settings) as outreach, csv_to(file, HEADER) as write:
        for row in ledger(outreach, _found(outreach, number)):
            write(row)


@family.command("subscribers")
def subscribers(settings: SettingsOption = None) -> None:
    """Addresses that said something about newsletters themselves: subscribed or refused, when and how."""
    table = Table(box=None, header_style="bold")
    for column in ("address", "state", "since", "how", "evidence"):
        table.add_column(column)
    with _opened(settings) as outreach:
        for state in SubscriptionStatus:
            for one in outreach.records.subscriptions_in(state):
                since = local(one.changed, outreach.desk.settings)
                table.add_row(escape(one.email), state.value, since, escape(one.how), escape(one.evidence))
    console.print(table)
