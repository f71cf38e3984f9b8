"""Figures in a customer's reply that are not those of our quote. What cannot be read is taken for a figure of their own."""

from __future__ import annotations

import re

from worker.policy.money import find_amounts

_SPELLED = (
    "một|hai|ba|bốn|năm|sáu|bảy|bẩy|tám|chín|mười|vài|mấy|nửa|mot|bon|sau|bay|tam|chin|muoi|vai|nua|"
    "one|two|three|four|five|six|seven|eight|nine|ten|half|few"
)
_SCALE = (
    "tỷ|tỉ|triệu|trieu|tr|củ|cu|chai|lít|lit|billion|bil|million|mil|mio|m|nghìn|ngàn|nghin|ngan|thousand|grand|k|"
    "trăm|tram|hundred"
)
_LARGE = re.compile(  # a number with a word for thousands or millions, and what may belong to it behind: "9 triệu hai"
    rf"(?<![\w.,/-])(?P<head>(?:\d[\d.,]*|(?:{_SPELLED})(?:\s(?:{_SPELLED}|mươi|muoi|lăm|lam|mốt|a|hundred))*)\s?(?:{_SCALE}))"
    rf"(?P<tail>\s?\d{{1,3}}(?![\d:/])|\s(?:rưỡi|ruoi|{_SPELLED})(?!\w))?(?![^\W\d_])",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"(?<![\w.,/-])\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?(?![\d.,]*\d)")
_BARE = re.compile(r"(?<![\w.,/+-])[1-9]\d{6,7}(?![\w/-])")
_LABEL = re.compile(
    r"(?:po|mst|stk|code|mã|mã số thuế|tài khoản|tai khoan|tk|account|order)(?: number| no\.?| số| so)?[\s:#]*$",
    re.IGNORECASE,
)
_CURRENCY = re.compile(
    r"[$€£¥₩]\s?\d|\d\s?[$€£¥₩]|(?<!\w)(?:usd|us\$|eur|euros?|dollars?|sgd|aud|đô la|đô-la|đôla)(?!\w)|\d\s?đô(?!\w)",
    re.IGNORECASE,
)
_ON_TOP = re.compile(r"\+\s?(?:vat|thuế|thue|phí|phi|tax|\d+\s?%)", re.IGNORECASE)


_SENTENCE = re.compile(r"[^\n.!?;]*(?:[.!?;](?!\s|$)[^\n.!?;]*)*")
_PAYS = re.compile(
    r"cọc|coc|ứng|chuyển|chuyen|thanh toán|thanh toan|(?<!\w)ck(?!\w)|đợt|dot|deposit|paid|pay|transfer|invoice|hoá đơn",
    re.IGNORECASE,
)


def foreign_figure(text: str, quoted_amounts: frozenset[int]) -> str | None:
    """The first sum of money in a text that is none of those quoted (in đồng), or that cannot be read; none without one.

    The largest of the quoted sums is the total. Another one is the customer's own unless it is said to be paid: who
    writes "chốt 4.600.000" and means the deposit agrees to half the price.
    """
    if match := _CURRENCY.search(text) or _ON_TOP.search(text):
        return match[0]
    return next((found for one in _SENTENCE.findall(text) if one and (found := _foreign_in(one, quoted_amounts))), None)


def _foreign_in(sentence: str, quoted_amounts: frozenset[int]) -> str | None:
    agreed = quoted_amounts if _PAYS.search(sentence) else frozenset({max(quoted_amounts, default=0)})
    read = list(find_amounts(sentence))
    if own := [match[0] for match, amount in read if amount not in agreed]:
        return own[0]
    spans = [match.span() for match, _ in read]
    unread = (match for pattern in (_LARGE, _GROUPED, _BARE) for match in pattern.finditer(sentence))
    return next((one[0] for one in unread if not _is_in(one, spans) and not _is_bare(one, agreed)), None)


def _is_in(match: re.Match[str], spans: list[tuple[int, int]]) -> bool:
    return any(start <= match.start() and match.end() <= end for start, end in spans)


def _is_bare(match: re.Match[str], agreed: frozenset[int]) -> bool:
    """Whether these are plain digits that are an agreed sum, or the number of an order or account."""
    labelled = _LABEL.search(match.string[max(0, match.start() - 30) : match.start()])
    return match[0].isdigit() and (int(match[0]) in agreed or labelled is not None)


def as_said_by_us(text: str, quoted_amounts: frozenset[int]) -> str:
    """The text with the total of our quote written "giá này": who repeats it says no more than that."""
    if not quoted_amounts or foreign_figure(text, quoted_amounts):
        return text
    total = max(quoted_amounts)
    spans = [match.span() for match, amount in find_amounts(text) if amount == total]
    spans += [one.span() for one in _BARE.finditer(text) if int(one[0]) == total and not _is_in(one, spans)]
    ends, starts = [0, *(end for _, end in sorted(spans))], [*(start for start, _ in sorted(spans)), len(text)]
    said = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    return ("gia nay" if all(part.isascii() for part in said) else "giá này").join(said)
