"""The life of a newsletter before and beside its sending: proposed, proven, changed, approved, paused, stopped.

Every step returns an Outcome. Nothing leaves without an approval that carries the token of the very edition it is for,
from a member of staff whose role may approve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from storage import Change
from worker.desk import newsletter_letters
from worker.desk.audience import dry_run
from worker.desk.newsletter_layout import contents_of
from worker.desk.outreach import Outreach
from worker.mail.newsletter_content import Content, ContentError, from_markdown, read_front_matter
from worker.model import Language, Staff
from worker.outreach_records import Newsletter, NewsletterStatus, change_of
from worker.policy.features import fold, prepare
from worker.policy.language import language_of
from worker.policy.newsletter_commands import Field, means_yes, read_field
from worker.policy.newsletter_schedule import Schedule, ScheduleError, next_run, read_schedule
from worker.policy.segments import Segment, read_segment
from worker.records import Outcome

_APPROVABLE_FOR = timedelta(days=14)


class NewsletterError(Exception):
    """What was asked of a newsletter cannot be done now; the message says why."""


@dataclass(frozen=True, slots=True)
class _Fields:
    """What was said of a newsletter beside its text, understood; `mistakes` must be mended before it can be approved."""

    segment: Segment | None = None
    schedule: Schedule | None = None
    advertising: bool | None = None
    mistakes: tuple[str, ...] = ()


# ---- proposing ------------------------------------------------------------------------------------------------------


def propose(
    outreach: Outreach,
    contents: Sequence[Content],
    fields: Mapping[Field, str],
    by: Staff,
    now: datetime,
    source: str = "",
) -> Outcome:
    """Take a newsletter in as a draft and send its author the proof. Nobody else hears of it."""
    number, taken = outreach.records.next_newsletter()
    understood = _understood(outreach, fields, now)
    draft = Newsletter(
        id=number,
        status=NewsletterStatus.DRAFT,
        created=now,
        by=by.email,
        segment=understood.segment or Segment(),
        schedule=understood.schedule or Schedule(zone=outreach.desk.settings.hours.time_zone),
        advertising=understood.advertising is not False,
        programme=fields.get(Field.PROGRAMME, ""),
        source=source,
        note="; ".join(understood.mistakes),
    )
    draft = _with_contents(outreach, draft, contents).with_history(now, "proposed", by.email, source)
    return proven(outreach, draft, by, now, (taken,))


def _with_contents(outreach: Outreach, newsletter: Newsletter, contents: Sequence[Content]) -> Newsletter:
    keys = {one.language.value: outreach.records.keep_raw(one.to_bytes()) for one in contents}
    return replace(newsletter, contents=keys, subjects={one.language.value: one.subject for one in contents})


def proven(
    outreach: Outreach, newsletter: Newsletter, by: Staff, now: datetime, claims: tuple[Change, ...] = ()
) -> Outcome:
    audience = dry_run(outreach, newsletter, now)
    held = [newsletter.note] if newsletter.note else []
    letters = newsletter_letters.proof(outreach, newsletter, audience, by, held, now)
    return Outcome(letters=letters, claims=(*claims, change_of(newsletter)))


def _understood(outreach: Outreach, fields: Mapping[Field, str], now: datetime) -> _Fields:
    segment, unknown = read_segment(fields[Field.SEGMENT]) if Field.SEGMENT in fields else (None, ())
    mistakes = [f"người nhận: không hiểu / not understood: {one}" for one in unknown]
    schedule = None
    if Field.SCHEDULE in fields:
        try:
            schedule = schedule_of(outreach, fields[Field.SCHEDULE], now)
        except ScheduleError as error:
            mistakes.append(f"lịch / schedule: {error}")
    advertising = means_yes(fields[Field.ADVERTISING]) if Field.ADVERTISING in fields else None
    if Field.ADVERTISING in fields and advertising is None:
        mistakes.append(f"quảng cáo / advertising: {fields[Field.ADVERTISING]}")
    programme = fields.get(Field.PROGRAMME, "")
    if programme and programme not in {one.id for one in outreach.programmes}:
        mistakes.append(f"chương trình / programme: {programme}")
    return _Fields(segment, schedule, advertising, tuple(mistakes))


def schedule_of(outreach: Outreach, words: str, now: datetime) -> Schedule:
    """The schedule that words describe: one that settings name, else a time. ScheduleError where they are neither."""
    settings = outreach.desk.settings
    named = {fold(name): cron for name, cron in settings.newsletters.schedules.items()}
    cron = named.get(fold(words.strip()))
    return read_schedule(f"cron: {cron}" if cron else words, now, settings.hours.time_zone)


def language_named(words: str, text: str) -> Language:
    named = {
        "vi": Language.VI,
        "tiếng việt": Language.VI,
        "en": Language.EN,
        "tiếng anh": Language.EN,
        "english": Language.EN,
    }
    return named.get(words.strip().lower()) or language_of(prepare(text))


def propose_from_files(outreach: Outreach, files: Sequence[Path], by: Staff, now: datetime) -> Outcome:
    """Take in Markdown files with front matter, one for each language. ContentError names file and mistake."""
    contents, fields = [], dict[Field, str]()
    for file in files:
        try:
            matter = read_front_matter(file.read_text(encoding="utf-8"))
            named = _named_fields(matter.fields)
            fields |= named
            language = language_named(named.get(Field.LANGUAGE, ""), matter.body)
            contents.append(from_markdown(matter.body, named.get(Field.SUBJECT, ""), language))
        except (OSError, UnicodeDecodeError, ContentError) as error:
            raise ContentError(f"{file}: {error}") from None
    if len({one.language for one in contents}) < len(contents):
        raise ContentError(f"{files[0]}: two files in one language")
    return propose(outreach, contents, fields, by, now, source=", ".join(file.name for file in files))


def _named_fields(found: Mapping[str, str]) -> dict[Field, str]:
    unknown = [name for name in found if read_field(name) in {None, Field.CONTENT}]
    if unknown:
        raise ContentError(f"front matter: unknown: {', '.join(unknown)}; known: {', '.join(Field)}")
    return {named: words for name, words in found.items() if (named := read_field(name))}


# ---- steps, for mail and command line alike -------------------------------------------------------------------------


def approve(outreach: Outreach, newsletter: Newsletter, by: str, now: datetime) -> Newsletter:
    """The newsletter approved: it leaves when its schedule says, at the earliest when nobody can undo it any more."""
    _must_be(newsletter, NewsletterStatus.DRAFT, NewsletterStatus.APPROVED)
    if newsletter.note:
        raise NewsletterError(newsletter.note)
    proven = next(
        (one.at for one in reversed(newsletter.history) if one.what in {"proposed", "changed"}), newsletter.created
    )
    if now - proven > _APPROVABLE_FOR:
        raise NewsletterError(f"its proof is older than {_APPROVABLE_FOR.days} days")
    if newsletter.schedule.at is not None and newsletter.schedule.at <= now:
        raise NewsletterError(f"its time is over: {newsletter.schedule.at:%Y-%m-%d %H:%M} UTC")
    undo = timedelta(seconds=outreach.desk.settings.staff_undo_seconds)  # a "dừng" in time stops everything
    due = max(next_run(newsletter.schedule, now) or now, now + undo)
    approved = replace(newsletter, status=NewsletterStatus.APPROVED, approved_by=by, approved_at=now, due=due)
    return approved.with_history(now, "approved", by, f"edition {newsletter.edition}")


def changed_by(
    outreach: Outreach, newsletter: Newsletter, fields: Mapping[Field, str], by: str, now: datetime
) -> Newsletter:
    """The newsletter with some of it changed: a new edition, to be approved anew."""
    _must_be(newsletter, NewsletterStatus.DRAFT, NewsletterStatus.APPROVED)
    understood = _understood(outreach, fields, now)
    contents = [_changed_content(one, fields) for one in contents_of(outreach, newsletter).values()]
    changed = replace(
        newsletter,
        status=NewsletterStatus.DRAFT,
        edition=newsletter.edition + 1,
        segment=understood.segment or newsletter.segment,
        schedule=understood.schedule or newsletter.schedule,
        advertising=newsletter.advertising if understood.advertising is None else understood.advertising,
        programme=fields.get(Field.PROGRAMME, newsletter.programme),
        note="; ".join(understood.mistakes),
        due=None,
    )
    what = ", ".join(fields)
    return _with_contents(outreach, changed, contents).with_history(now, "changed", by, what)


def _changed_content(content: Content, fields: Mapping[Field, str]) -> Content:
    """Subject and text anew, in the language they are written in; other languages stay."""
    subject = fields.get(Field.SUBJECT, content.subject)
    if Field.CONTENT in fields:
        return from_markdown(fields[Field.CONTENT], subject, content.language)
    return Content(content.language, subject, content.text, content.html, content.pictures, content.losses)


def pause(newsletter: Newsletter, by: str, now: datetime) -> Newsletter:
    """The newsletter paused: within a second nothing more leaves."""
    _must_be(newsletter, NewsletterStatus.APPROVED, NewsletterStatus.GATHERING, NewsletterStatus.SENDING)
    return replace(newsletter, status=NewsletterStatus.PAUSED).with_history(now, "paused", by)


def resume(newsletter: Newsletter, by: str, now: datetime) -> Newsletter:
    """The newsletter going on: from where it was, or now if it had not begun."""
    _must_be(newsletter, NewsletterStatus.PAUSED, NewsletterStatus.ASKING)
    status = _where_it_was(newsletter)
    gone_on = replace(newsletter, status=status, due=max(newsletter.due or now, now), note="")
    return gone_on.with_history(now, "resumed", by)


def _where_it_was(newsletter: Newsletter) -> NewsletterStatus:
    if newsletter.started is None:
        return NewsletterStatus.APPROVED
    gathered = any(one.what == "gathered" for one in newsletter.history)
    return NewsletterStatus.SENDING if gathered else NewsletterStatus.GATHERING


def cancel(newsletter: Newsletter, by: str, now: datetime) -> Newsletter:
    """The newsletter ended for good: what is queued never leaves."""
    if newsletter.status.is_over:
        raise NewsletterError(f"it is {newsletter.status} already")
    cancelled = replace(newsletter, status=NewsletterStatus.CANCELLED, finished=now, due=None)
    return cancelled.with_history(now, "cancelled", by)


def _must_be(newsletter: Newsletter, *statuses: NewsletterStatus) -> None:
    if newsletter.status not in statuses:
        raise NewsletterError(f"{newsletter.id} is {newsletter.status}, not {' or '.join(statuses)}")
