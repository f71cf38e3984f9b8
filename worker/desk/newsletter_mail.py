"""Newsletters by mail: `Bản tin: …` from a member of staff, and what the answers to its proof ask for."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from worker.desk import newsletter_letters, staff_mail
from worker.desk.audience import dry_run
from worker.desk.newsletter_letters import author_of, is_approval_token, mode_words, schedule_words
from worker.desk.newsletters import (
    NewsletterError,
    approve,
    cancel,
    changed_by,
    language_named,
    pause,
    propose,
    proven,
    resume,
    schedule_of,
)
from worker.desk.outreach import Outreach
from worker.mail.message import Message
from worker.mail.newsletter_content import Content, ContentError, from_html, from_markdown
from worker.model import InboundMail, Language, ParsedMail, Staff
from worker.outreach_records import Newsletter, NewsletterStatus, change_of
from worker.policy.newsletter_commands import Action, Command, Field, leading_fields, newsletter_title, read_command
from worker.policy.newsletter_schedule import ScheduleError
from worker.records import NewLetter, Outcome

_NOT_PROVEN = "chưa xác minh được người gửi / the sender is not proven"
_LETS_GO = frozenset({Action.APPROVE, Action.RESUME})
_PROOF_TOKEN = re.compile(r"\[(BT-\d{1,9})/\d{1,6} ([a-z2-7]{24})\]", re.IGNORECASE)


def is_newsletter_mail(mail: ParsedMail) -> bool:
    """Whether a staff mail is about a newsletter: a new one, or an answer to a proof."""
    return bool(newsletter_title(mail.subject) or _PROOF_TOKEN.search(mail.subject))


def handle_newsletter_mail(
    outreach: Outreach,
    inbound: InboundMail,
    mail: ParsedMail,
    message: Message,
    by: Staff,
    now: datetime,
    *,
    is_proven: bool,
) -> Outcome:
    """Do what a staff mail about a newsletter asks for, or say why not. `is_proven`: the sender is who it says, by our
    mail server's verdict or by the answer to a one-time question.

    Where the server stamps no verdicts (staff mode `confirm`), the token of the proof is enough for what lets nothing
    leave: proposing, changing, pausing, stopping. For the rest the known address is asked once.
    """
    confirms = outreach.desk.settings.authentication.staff_mode == "confirm"
    if not _PROOF_TOKEN.search(mail.subject):
        if not is_proven and not confirms:
            return _refused(outreach, by, inbound, _NOT_PROVEN, now)
        return propose_by_mail(outreach, mail, message, by, now, inbound)
    newsletter = proof_answered(outreach, mail, by)
    if newsletter is None:
        return _refused(
            outreach,
            by,
            inbound,
            "mã trong tiêu đề không còn đúng / the code in the subject is not valid any more",
            now,
        )
    if not is_proven and not confirms:
        return _refused(outreach, by, inbound, _NOT_PROVEN, now)
    action = read_command(mail.new_text).action
    may = by.role in outreach.desk.settings.newsletters.approvers
    if not is_proven and may and action in _LETS_GO:
        return _asked(outreach, newsletter, action, mail, by, now, inbound)
    return answer_proof(outreach, newsletter, mail, by, now, inbound)


def propose_by_mail(
    outreach: Outreach, mail: ParsedMail, message: Message, by: Staff, now: datetime, inbound: InboundMail
) -> Outcome:
    """Take in `Bản tin: …` as a member of staff sent it: its formatting and pictures, without its first lines of fields."""
    if by.role not in outreach.desk.settings.newsletters.approvers:
        return _refused(outreach, by, inbound, "vai trò này không gửi bản tin / this role sends no newsletters", now)
    fields, lines, rest = leading_fields(mail.text)
    try:
        content = _content_of_mail(mail, message, fields, lines, rest)
    except ContentError as error:
        return _refused(outreach, by, inbound, str(error), now)
    outcome = propose(outreach, (content,), fields, by, now, source=inbound.id)
    return replace(outcome, records=(replace(inbound, reason="a newsletter to be proven"),))


def _content_of_mail(
    mail: ParsedMail, message: Message, fields: Mapping[Field, str], lines: Sequence[str], rest: str
) -> Content:
    subject = fields.get(Field.SUBJECT) or newsletter_title(mail.subject)
    language = language_named(fields.get(Field.LANGUAGE, ""), rest)
    if not message.html:
        return from_markdown(rest, subject, language)
    return from_html(_without_lines(message.html, lines), subject, language, mail.attachments)


def _without_lines(source: str, lines: Sequence[str]) -> str:
    """HTML without the lines of fields at its beginning; one that stands across tags stays, and the proof shows it."""
    for line in lines:
        words = r"(?:\s|&nbsp;|\xa0)+".join(map(re.escape, html.escape(line, quote=False).split()))
        source = re.sub(rf"{words}(?:\s|&nbsp;)*(?:<br\s*/?>)?", "", source, count=1)
    return source


def _refused(outreach: Outreach, by: Staff, inbound: InboundMail, why: str, now: datetime) -> Outcome:
    headline = "Không nhận được bản tin" if by.language is Language.VI else "The newsletter was not taken in"
    nobody = Newsletter(id="BT", status=NewsletterStatus.CANCELLED, created=now, by=by.email)
    letter = newsletter_letters.receipt(outreach, nobody, headline, [why], now)
    return Outcome(records=(replace(inbound, reason=f"no newsletter: {why}"[:300]),), letters=(letter,))


def _asked(
    outreach: Outreach,
    newsletter: Newsletter,
    action: Action,
    mail: ParsedMail,
    by: Staff,
    now: datetime,
    inbound: InboundMail,
) -> Outcome:
    """The known address is asked once: a yes to that carries out this mail."""
    vietnamese = by.language is Language.VI
    why = _NOT_PROVEN.partition(" / ")[0 if vietnamese else 2]
    subject = next(iter(newsletter.subjects.values()), "")
    what = {Action.APPROVE: ("Duyệt và gửi", "Approve and send"), Action.RESUME: ("Gửi tiếp", "Resume")}[action]
    acts = [f"{what[0 if vietnamese else 1]}: {newsletter.id} “{subject}”"]
    letter = staff_mail.question(outreach.desk, by, inbound, None, why, acts, "", mail.new_text, money=True, now=now)
    return Outcome(records=(replace(inbound, reason=f"newsletter {newsletter.id}: asked"),), letters=(letter,))


# ---- answers to a proof ---------------------------------------------------------------------------------------------


def proof_answered(outreach: Outreach, mail: ParsedMail, by: Staff) -> Newsletter | None:
    """The newsletter whose proof a mail answers; None where it carries no token, an old one, or somebody else's."""
    for number, token in _PROOF_TOKEN.findall(mail.subject):
        newsletter = outreach.records.newsletter(number.upper())
        if newsletter is not None and is_approval_token(outreach, newsletter, by.email, token):
            return newsletter
    return None


def answer_proof(
    outreach: Outreach, newsletter: Newsletter, mail: ParsedMail, by: Staff, now: datetime, inbound: InboundMail
) -> Outcome:
    """Do what an answer to a proof says, and tell its author what was done or why not. The sender must be proven by the
    caller: the token proves the edition, not the hand.
    """
    command = read_command(mail.new_text)
    done = replace(inbound, reason=f"newsletter {newsletter.id}: {command.action}")
    if by.role not in outreach.desk.settings.newsletters.approvers:
        return replace(_told(outreach, newsletter, "not entitled", now), records=(done,))
    try:
        outcome = _ANSWERS[command.action](outreach, newsletter, command, by, now)
    except (NewsletterError, ScheduleError, ContentError) as error:
        outcome = _told(outreach, newsletter, str(error), now)
    return replace(outcome, records=(done,))


def _told(outreach: Outreach, newsletter: Newsletter, why: str, now: datetime) -> Outcome:
    _, language = author_of(outreach, newsletter)
    headline = "Chưa làm gì với bản tin" if language is Language.VI else "Nothing was done with the newsletter"
    return Outcome(letters=(newsletter_letters.receipt(outreach, newsletter, headline, [why], now),))


def _approve_by_answer(
    outreach: Outreach, newsletter: Newsletter, command: Command, by: Staff, now: datetime
) -> Outcome:
    if command.when:
        newsletter = replace(newsletter, schedule=schedule_of(outreach, command.when, now))
    approved = approve(outreach, newsletter, by.email, now)
    return Outcome(letters=(_approval_receipt(outreach, approved, now),), claims=(change_of(approved),))


def _approval_receipt(outreach: Outreach, newsletter: Newsletter, now: datetime) -> NewLetter:
    _, language = author_of(outreach, newsletter)
    audience = dry_run(outreach, newsletter, now)
    when = schedule_words(outreach, newsletter, language, now)
    if language is Language.VI:
        lines = [
            f"Sẽ gửi tới {audience.size} người nhận: {when}.",
            "Trả lời thư bản thử với “Dừng” hoặc “Tạm dừng” để ngừng gửi.",
            *mode_words(outreach, language),
        ]
        return newsletter_letters.receipt(outreach, newsletter, "Bản tin đã được duyệt", lines, now)
    lines = [
        f"It goes to {audience.size} recipients: {when}.",
        "Answer the proof with “Stop” or “Pause” to stop it.",
        *mode_words(outreach, language),
    ]
    return newsletter_letters.receipt(outreach, newsletter, "The newsletter is approved", lines, now)


def _change_by_answer(
    outreach: Outreach, newsletter: Newsletter, command: Command, by: Staff, now: datetime
) -> Outcome:
    changed = changed_by(outreach, newsletter, command.fields, by.email, now)
    return proven(outreach, changed, by, now)


def _step_by_answer(
    step: Callable[[Newsletter, str, datetime], Newsletter], words: tuple[str, str]
) -> Callable[[Outreach, Newsletter, Command, Staff, datetime], Outcome]:
    def answer(outreach: Outreach, newsletter: Newsletter, _command: Command, by: Staff, now: datetime) -> Outcome:
        changed = step(newsletter, by.email, now)
        _, language = author_of(outreach, changed)
        headline = words[0] if language is Language.VI else words[1]
        receipt = newsletter_letters.receipt(outreach, changed, headline, [f"{changed.id}: {changed.status}"], now)
        return Outcome(letters=(receipt,), claims=(change_of(changed),))

    return answer


def _unclear(outreach: Outreach, newsletter: Newsletter, _command: Command, _by: Staff, now: datetime) -> Outcome:
    return _told(
        outreach, newsletter, "chưa hiểu câu trả lời / the answer is not clear: Duyệt? Gửi 9h thứ 2? Dừng?", now
    )


_Answer = Callable[[Outreach, Newsletter, Command, Staff, datetime], Outcome]
_ANSWERS: Mapping[Action, _Answer] = {
    Action.APPROVE: _approve_by_answer,
    Action.CHANGE: _change_by_answer,
    Action.PAUSE: _step_by_answer(pause, ("Bản tin tạm dừng", "The newsletter is paused")),
    Action.RESUME: _step_by_answer(resume, ("Bản tin gửi tiếp", "The newsletter goes on")),
    Action.CANCEL: _step_by_answer(cancel, ("Bản tin đã dừng", "The newsletter is stopped")),
    Action.UNCLEAR: _unclear,
}
