"""Automatic mail that only its words give away: absence notes, receipts, challenges, notifications, newsletters.

Each reader asks for several signs of different kinds and returns what it saw, "" for anything a person may have written.
Cheap substrings go first: most mail carries none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from worker.mail import automatic_headers as headers
from worker.mail import automatic_words as words
from worker.mail.bounce_prose import speaks_of_failure
from worker.mail.forwards import is_forward_subject
from worker.mail.message import Message
from worker.mail.quote_marks import MarkKind, find_marks
from worker.mail.reply_text import new_text

_LIMIT = 4000
_FOOTER = 3000
_NOTE_LENGTH = 1600  # characters: an absence note is short

_ABSENT = re.compile(words.ABSENT)
_RETURNING = re.compile(words.RETURNING)
_INSTEAD = re.compile(words.INSTEAD)
_THANKING = re.compile(words.THANKING)
_DECLARED = re.compile(words.DECLARED)
_WANTED = re.compile(words.WANTED)
_CHALLENGES = re.compile(words.CHALLENGES)
_CHALLENGE_SUBJECT = re.compile(words.CHALLENGE_SUBJECTS, re.IGNORECASE)
_UNSUBSCRIBE = re.compile(words.UNSUBSCRIBE)
_RECEIVING = re.compile(words.RECEIVING)
_OFFERING = re.compile(words.OFFERING)
_NOTIFYING = re.compile(words.NOTIFYING)
_RECEIPT = re.compile(
    r"your message.{0,400}(?:was|has been) (?:read|displayed|deleted|opened|received)|this is a (?:return )?receipt|"
    r"(?:đã được|được) (?:đọc|hiển thị|xem|xóa)|ihre nachricht.{0,400}(?:gelesen|angezeigt|gelöscht)|votre message.{0,400}lu|"
    r"(?:read|displayed) on \w+, |no guarantee that the message has been read|xác nhận (?:đã )?(?:đọc|nhận)",
    re.DOTALL,
)

_ABSENCE_HINTS = (
    "out of",
    "vacation",
    "holiday",
    "leave",
    "away",
    "office",
    "automat",
    "auto-",
    "nghỉ phép",
    "công tác",
    "vắng",
    "tự động",
    "văn phòng",
    "nghi phep",
    "cong tac",
    "tu dong",
    "urlaub",
    "büro",
    "absen",
    "congé",
    "vacaciones",
    "férias",
    "ferie",
    "afwezig",
    "vakantie",
    "semester",
    "kontor",
    "urlop",
    "отпуск",
    "休",
    "不在",
    "휴가",
    "no longer",
    "nghỉ việc",
    "nghỉ lễ",
    "nghỉ tết",
    "không còn",
    "thai sản",
    "travel",
    "received your",
    "đã nhận được",
    "đã tiếp nhận",
    "自動",
)
_CHALLENGE_HINTS = (
    "confirm",
    "verif",
    "spam",
    "held",
    "challenge",
    "white",
    "approved sender",
    "xác nhận",
    "xác minh",
    "thư rác",
    "tmda",
    "boxbe",
)
_NEWSLETTER_HINTS = (
    "unsubscri",
    "opt out",
    "opt-out",
    "preferences",
    "hủy đăng",
    "huỷ đăng",
    "ngừng nhận",
    "hủy nhận",
    "huỷ nhận",
    "từ chối nhận",
    "không muốn",
    "browser",
    "trình duyệt",
    "abmeld",
    "abbestell",
    "désabon",
    "désinscri",
    "baja",
    "cancelar",
    "disiscri",
    "cancella",
    "afmeld",
    "uitschrijven",
    "avregistrer",
    "wypis",
    "отписа",
    "配信停止",
    "退订",
    "mailing list",
    "remove",
    "subscri",
    "receiving this",
)
_NOTICE_HINTS = (
    "automat",
    "do not reply",
    "not reply",
    "tự động",
    "không trả lời",
    "không phản hồi",
    "no responda",
    "ne pas répondre",
)
_BULK_MAILER = re.compile(
    r"mailchimp|sendgrid|constant ?contact|phplist|acymailing|mailwizz|interspire|sendinblue|brevo|getresponse|campaign|bulk|"
    r"newsletter|lyris|listmanager|responsys|exacttarget|silverpop|dada mail|mass ?mail|groupmail|sarbacane|mailerlite|"
    r"vertical ?response",
    re.IGNORECASE,
)
_BULK_SENDER = re.compile(
    r"(?:^|[<\s\"])(?:[\w.\-]*newsletters?|news|marketing|promo\w*|offers?|deals|mailing|updates?|ban-?tin|khuyen-?mai|info-?letter|digest|e-?news\w*|subscriptions?)[\w.\-+]*@",
    re.IGNORECASE,
)


def _hinted(text: str, hints: Iterable[str]) -> bool:
    return any(hint in text for hint in hints)


def _own_words(message: Message) -> str:
    """What this sender wrote, lower case; "" for a forward, whose words are another's."""
    if is_forward_subject(message.header("subject")):
        return ""
    text = message.text[:_LIMIT]
    return new_text(text).lower()


def absence_note(message: Message) -> str:
    """An absence note or acknowledgement without any header that says so, in Vietnamese, English and other languages."""
    if not _hinted(message.text[:_LIMIT].lower(), _ABSENCE_HINTS):
        return ""
    text = _own_words(message)
    if not text or len(text) > _NOTE_LENGTH:
        return ""
    absent, thanking, declared = _ABSENT.search(text), _THANKING.search(text), _DECLARED.search(text)
    returning, instead = _RETURNING.search(text), _INSTEAD.search(text)
    wanted = bool(_WANTED.search(text))
    if declared and (absent or thanking or instead):
        return "absence note or acknowledgement: it says that it is automatic"
    if not absent or wanted:
        return ""
    if (returning and instead) or (thanking and (returning or instead)):
        return f"absence note: {absent[0].strip()[:40]}"
    return ""


def receipt_note(message: Message) -> str:
    """A read receipt in words: the subject already says so."""
    return "read receipt in words" if _RECEIPT.search(message.text[:_LIMIT].lower()) or not message.text.strip() else ""


def challenge(message: Message) -> str:
    """A program that wants the sender to prove to be a person before it delivers."""
    if any(name.startswith(("x-tmda", "x-boxbe", "x-spamarrest", "x-choicemail")) for name, _ in message.headers):
        return "challenge (header)"
    if "tmda" in message.header("x-delivery-agent").lower():
        return "challenge (TMDA)"
    text = message.text[:_LIMIT].lower()
    if not _hinted(text, _CHALLENGE_HINTS):
        return ""
    text = _own_words(message)
    signs = {found[0][:24] for found in _CHALLENGES.finditer(text)}
    subject = bool(_CHALLENGE_SUBJECT.search(message.header("subject")[:200]))
    return "challenge: asks the sender to confirm" if len(signs) + 2 * subject >= 4 and len(signs) >= 2 else ""


def notification(message: Message) -> str:
    """A notification that says itself that it is automatic and must not be answered."""
    text = message.text[:_LIMIT].lower()
    if not _hinted(text, _NOTICE_HINTS):
        return ""
    text = _own_words(message)
    if speaks_of_failure(text):  # a report that somebody pasted: a report of a mail system is known by its sender
        return ""
    declared = {found[0][:12] for found in _DECLARED.finditer(text)}
    notifying = {found[0] for found in _NOTIFYING.finditer(text)}
    return "notification: it says that it is automatic" if declared and len(declared) + len(notifying) >= 3 else ""


def newsletter(message: Message) -> str:
    """A newsletter without list headers, by who sent it, how, and what its footer says."""
    signs = _bulk_signs(message)
    text = message.text.lower()
    if not (signs or _hinted(text[-_FOOTER:], _NEWSLETTER_HINTS) or _hinted(text[:600], _NEWSLETTER_HINTS)):
        return ""
    if _is_answer_or_forward(message):
        return ""
    shown = f"{text[:800]}\n{text[-_FOOTER:]}" if len(text) > _FOOTER + 800 else text
    unsubscribe, receiving = bool(_UNSUBSCRIBE.search(shown)), bool(_RECEIVING.search(shown))
    offers = len({found[0] for found in _OFFERING.finditer(shown)})
    links = message.html.count("<a ") + message.html.count("<A ") + message.text.count("http")
    score = 2 * len(signs) + 2 * unsubscribe + 2 * receiving + min(offers, 2) + (links >= 6)
    kinds = bool(signs) + unsubscribe + receiving + (offers > 0) + (links >= 6)
    return "newsletter without list headers" if score >= 5 and kinds >= 3 else ""


def _bulk_signs(message: Message) -> list[str]:
    signs = [name for name, _ in message.headers if name.startswith(headers.BULK_HEADERS)][:2]
    if _BULK_MAILER.search(message.header("x-mailer")[:200]):
        signs.append("x-mailer")
    if _BULK_SENDER.search(message.header("from")[-200:]):
        signs.append("from")
    return signs


def _is_answer_or_forward(message: Message) -> bool:
    """Whether it answers or forwards: what it quotes is not its own."""
    if message.header("in-reply-to") or is_forward_subject(message.header("subject")):
        return True
    return any(
        mark.kind in (MarkKind.FORWARD, MarkKind.HEADERS) for mark in find_marks(message.text[:6000].split("\n"))
    )
