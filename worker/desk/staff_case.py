"""A staff mail in hand, and what its acts have come to: what all acts share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from storage import Change
from worker.desk.context import Desk
from worker.desk.intake import with_history
from worker.desk.staff_mail import in_language
from worker.desk.wording import status_name
from worker.mail.composing import File
from worker.model import InboundMail, ParsedMail, Request, RequestStatus, Staff
from worker.policy import quoting
from worker.policy.quote_life import QuoteVersion
from worker.records import NewLetter

_NOTE_KEPT = 5000
_EXCERPT = 160
WORKABLE = frozenset({RequestStatus.QUEUED, RequestStatus.IN_PROGRESS, RequestStatus.WAITING_FOR_CUSTOMER})


class Unsure(Exception):  # noqa: N818 - no error: a question to the sender
    """An act cannot be done as it stands; the message is what to ask back."""


@dataclass(frozen=True, slots=True)
class Case:
    """A staff mail in hand. `letter` are the words in it that are meant for the customer; a completion or rejection in
    the same mail (`is_completion`) takes them into its own letter.
    """

    desk: Desk
    inbound: InboundMail
    mail: ParsedMail
    member: Staff
    now: datetime
    letter: str = ""
    is_completion: bool = False
    quote: str = ""  # the version that the token is bound to
    confirmed: bool = False  # the known address said yes to it
    proven: bool = False  # the sender is who it says: no guard against floods is needed

    def words(self, vietnamese: str, english: str) -> str:
        """In the language of the member of staff."""
        return in_language(self.member.language, vietnamese, english)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What the acts of a mail have come to so far."""

    request: Request | None = None
    others: tuple[Request, ...] = ()
    letters: tuple[NewLetter, ...] = ()
    claims: tuple[Change, ...] = ()
    made: tuple[tuple[str, str], ...] = ()
    done: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    money: bool = False
    quotes: tuple[QuoteVersion, ...] = ()
    draft: quoting.Quote | None = None  # the next version, as far as the mail has changed it
    draft_words: tuple[tuple[str, str], ...] = ()  # what it changes, in (vi, en)


def request_of(case: Case, effect: Effect) -> Request:
    """The request that the mail is about. Unsure asks which."""
    if effect.request is None:
        raise Unsure(
            case.words(
                "Thư này nói về yêu cầu nào? Trả lời thông báo của yêu cầu đó, hoặc ghi số [VN-…] ở tiêu đề.",
                "Which request is this about? Answer its notification, or put its number [VN-…] into the subject.",
            )
        )
    return effect.request


def with_change(
    case: Case, effect: Effect, request: Request, what: str, reason: str, done: str = "", **more: object
) -> Effect:
    """The effect with the request changed, a line in its history and one in the receipt."""
    why = f"{case.member.email}: {reason}" if reason else case.member.email
    changed = with_history(request, case.now, what, case.inbound.id, why[:_NOTE_KEPT])
    lines = (*effect.done, done) if done else effect.done
    return replace(effect, request=changed, done=lines, **more)  # type: ignore[arg-type]


def minutes_words(case: Case, minutes: int) -> str:
    """So many minutes, in words."""
    return case.words(f"{minutes} phút", f"{minutes} minutes")


def told_of_letter(case: Case, request: Request, what: tuple[str, str]) -> str:
    """The receipt's line about a letter to the customer, with how long it can be stopped."""
    wait = case.desk.settings.staff_undo_seconds
    later = case.words(f" (đi sau {wait} giây)", f" (leaves in {wait} seconds)") if wait else ""
    return f"{case.words(*what)} → {request.contact}{later}"


def excerpt(text: str) -> str:
    """The beginning of a text, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _EXCERPT else f"{flat[:_EXCERPT].rsplit(' ', 1)[0]} …"


def open_request(case: Case, effect: Effect) -> Request:
    """A request that may be worked on: open, and neither waiting for a decision about money nor for the customer's yes."""
    request = request_of(case, effect)
    if request.status not in WORKABLE:
        state = status_name(request.status, case.member.language)
        raise Unsure(
            case.words(
                f"{request.id} đang ở trạng thái “{state}”, chưa làm được. Quyết định phí (phí: miễn / phí: tính) hoặc: mở lại.",
                f"{request.id} is “{state}” and cannot be worked on. Decide the fee (fee: waive / fee: charge), or: reopen.",
            )
        )
    return request
