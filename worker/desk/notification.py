"""What a notification to staff tells beside the request itself: contract, rule, files, and what an answer can do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.desk.context import Desk
from worker.mail.composing import File
from worker.model import (
    Category,
    Customer,
    Fee,
    FeeDecision,
    FeeRule,
    Language,
    ParsedMail,
    Request,
    RequestStatus,
    Staff,
)
from worker.policy.features import fold
from worker.policy.fees import reason

Words = tuple[str, str]


def _in(language: Language, words: Words) -> str:
    return words[0] if language is Language.VI else words[1]


# ---- the customer ---------------------------------------------------------------------------------------------------


def contract_words(desk: Desk, customer: Customer | None, now: datetime, language: Language) -> str:
    """Whether a contract runs, until when, and which services it names."""
    if customer is None:
        return _in(language, ("chưa có trong danh sách khách hàng", "not among our customers"))
    until = f"{desk.hours.local(customer.contract_until):%d/%m/%Y}" if customer.contract_until else ""
    if customer.has_contract(now):
        state = _in(language, ("hợp đồng còn hiệu lực", "contract running"))
        state += _in(language, (f" đến {until}", f" until {until}")) if until else ""
    elif customer.contract_until and customer.contract_until <= now:
        state = _in(language, (f"hợp đồng đã hết hạn {until}", f"contract ended on {until}"))
    else:
        state = _in(language, ("hợp đồng chưa bắt đầu", "contract not begun yet"))
    return "; ".join((state, *customer.services))


_DIGIT = re.compile(r"\d")


# ---- the fee --------------------------------------------------------------------------------------------------------

_RULES = {
    FeeRule.UNKNOWN_SENDER: ("người gửi chưa có trong danh sách khách hàng", "the sender is not among our customers"),
    FeeRule.UNCERTAIN: ("chưa đủ chắc để quyết định", "not certain enough to decide"),
    FeeRule.FLAGGED: ("cần người xem, xem phần lưu ý", "a person must look, see the flags"),
    FeeRule.STAFF: ("nhân viên quyết định", "staff decided"),
    FeeRule.NOT_A_REQUEST: ("không phải yêu cầu", "not a request"),
}


def awaits_fee(request: Request) -> bool:
    """Whether staff have to decide the fee: nothing decided it, or the work passed the time that is free."""
    last = next((one.what for one in reversed(request.history) if one.what in {"over_threshold", "fee"}), "")
    passed = request.status is RequestStatus.REVIEW and last == "over_threshold"
    return request.fee.fee is Fee.REVIEW or passed


_DETAILS = (
    (r"(\d+) to (\d+) minutes", r"ước tính \1 đến \2 phút"),
    (r"free by (\d+%) only", r"có lẽ miễn phí, mới chắc \1"),
    (r"paid by (\d+%) only", r"có lẽ có phí, mới chắc \1"),
    (r"outside the contract\?", "có thể nằm ngoài hợp đồng"),
    (r"warranty is claimed, the earlier work was not found", "khách nói là bảo hành, chưa tìm thấy việc đã làm"),
    (r"perhaps no request", "có lẽ không phải yêu cầu"),
)


def fee_reason(fee: FeeDecision, language: Language) -> str:
    """Why the fee stands as it does: the sentence of the policy, or why there is none yet."""
    policy = reason(fee, language)
    if policy:
        return policy.rstrip(".")
    said = _in(language, _RULES[fee.rule]) if fee.rule in _RULES else fee.rule.value
    detail = "" if fee.rule is FeeRule.FLAGGED else _detail(fee.detail, language)
    return f"{said} ({detail})" if detail else said


def _detail(detail: str, language: Language) -> str:
    if language is Language.EN:
        return detail
    found = ((match, words) for pattern, words in _DETAILS if (match := re.fullmatch(pattern, detail)))
    return next((match.expand(words) for match, words in found), detail)


def evidence_words(request: Request) -> list[str]:
    """What spoke for the category, each once, as the customer wrote it."""
    written = unicodedata.normalize("NFC", f"{request.subject}\n{request.text}")
    folded = _DIGIT.sub("0", fold(written))
    if len(folded) != len(written):  # only letter by letter is what stands at a place what stood there
        return list(dict.fromkeys(one.fact for one in request.evidence))
    facts = dict.fromkeys(fold(one.fact) for one in request.evidence if any(map(str.isalpha, one.fact)))
    places = {fact: folded.find(fact) for fact in facts}
    shown = [
        fact
        for fact, at in places.items()
        if at >= 0 and not any(fact in other.split() for other in facts.keys() - {fact})
    ]
    return [written[places[fact] : places[fact] + len(fact)].lower() for fact in shown]


# ---- files ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Files:
    """The customer's files: those that come along, and what to say of all of them."""

    attached: tuple[File, ...]
    lines: tuple[str, ...]


def files_of(mail: ParsedMail, most: int, language: Language) -> Files:
    """The files of a mail that come along with its notification, in order, as long as together they have `most` bytes.

    The others are named with the command that fetches them; decoration is left out.
    """
    attached: list[File] = []
    lines: list[str] = []
    for one in mail.attachments:
        if one.inline:
            continue
        size = f"{one.name} ({one.size / 1000:.0f} kB)"
        if one.content and sum(len(file.content) for file in attached) + one.size <= most:
            attached.append(File(one.name, one.content_type, one.content))
            lines.append(size)
        else:
            fetch = _in(language, ("chưa kèm, trả lời: tệp:", "not attached, answer: file:"))
            lines.append(f"{size} – {fetch} {one.name}")
    too_much = _in(language, ("quá lớn, còn trong hộp thư hỗ trợ", "too large, left in the support mailbox"))
    lines += [f"{name} – {too_much}" for name in mail.rejected_attachments]
    return Files(tuple(attached), tuple(lines))


# ---- what an answer can do ------------------------------------------------------------------------------------------

_DECIDE: Sequence[Words] = (
    ("phí: miễn", "fee: waive"),
    ("phí: tính", "fee: charge"),
    ("từ chối: lý do", "reject: reason"),
)
_TRAINING: Sequence[Words] = (
    ("đề xuất: 9h thứ 3 hoặc 14h thứ 5", "propose: 9am Tuesday or 2pm Thursday"),
    ("lịch: 9h thứ 3, 90p", "schedule: 9am Tuesday, 90m"),
)
_WORK: Sequence[Words] = (
    ("khoảng 45p", "about 45m"),
    ("em nhận", "I'll take it"),
    ("gửi khách: …", "reply: …"),
    ("xong", "done"),
    ("mất 50p", "took 50m"),
    ("dời sang sáng thứ 4", "postpone: Wednesday morning"),
    ("mức độ: cao", "urgency: high"),
    ("# ghi chú nội bộ", "# internal note"),
)
_HELP: Words = ("trợ giúp", "help")


def examples(request: Request, colleagues: Sequence[Staff], files: Files, language: Language) -> str:
    """Examples of answers that make sense for this request, in one line, in the language of who reads them."""
    decides = _DECIDE if awaits_fee(request) else ()
    shown = [*decides, *(_TRAINING if request.category is Category.STAFF_TRAINING else ()), *_WORK]
    words = [_in(language, one) for one in shown]
    other = next((one.name.split()[-1] for one in colleagues if one.email != request.assigned_to), "")
    if other:
        words.insert(-1, _in(language, (f"giao: {other}", f"assign: {other}")))
    if len(files.lines) > len(files.attached):
        words.append(_in(language, ("tệp", "file")))
    return " · ".join((*words, _in(language, _HELP)))
