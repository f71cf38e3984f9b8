"""A quote as PDF: typst sets it from a template, shipped fonts and finished values, the same bytes every time."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path

from worker.desk.typesetting import Typesetter
from worker.model import Language
from worker.policy.money import format_figures, format_vnd, in_words
from worker.policy.quoting import (
    LineKind,
    Quote,
    QuoteError,
    QuoteLine,
    Seller,
    check_quote,
    check_seller,
    day_words,
    totals,
    vat_note,
)

_NBSP = "\u00a0"
_LONGEST_WORD = 24  # letters that fit the narrowest column for text
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD},}}")
_PIECE = re.compile(r"\S{12}(?=\S)")
_ZERO_WIDTH_SPACE = "\u200b"

Text = dict[str, str]
Data = dict[str, "str | Text | list[str] | list[Text]"]


class QuotePrinter:
    """Sets quotes of one template folder (`quote.typ`, `fonts/`). Keep one: what it has read once stays warm."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _typesetter(self) -> Typesetter:
        """Made when the first quote is set: most processes set none."""
        return Typesetter(self._folder, "quote.typ")

    def pdf(self, quote: Quote, seller: Seller) -> bytes:
        """The quote as PDF, byte for byte the same for the same values. QuoteError where it must not be sent."""
        if mistakes := (*check_quote(quote), *check_seller(seller)):
            raise QuoteError(mistakes)
        return self._typesetter.set("pdf", {"quote": quote_data(quote, seller)}, timestamp=_timestamp(quote))


def pdf_name(quote: Quote) -> str:
    """The file name of the attachment."""
    word = "Bao-gia" if quote.language is Language.VI else "Quotation"
    return f"{word}-{quote.number}-{quote.version}.pdf"


def _timestamp(quote: Quote) -> int:
    """The day of the quote: a PDF holds when it was made, and must not differ when it is made again."""
    return int(datetime.combine(quote.issued, time(), UTC).timestamp())


# ---- values ---------------------------------------------------------------------------------------------------------


def quote_data(quote: Quote, seller: Seller) -> Data:
    """All that the template shows, as finished strings: figures formatted, text cleaned."""
    sums = totals(quote)
    return {
        "language": quote.language.value,
        "title": clean(quote.title),
        "request_id": clean(quote.request_id),
        "subject": clean(quote.subject),
        "issued": day_words(quote.issued, quote.language),
        "valid_until": day_words(quote.valid_until, quote.language),
        "seller": {name: clean(value) for name, value in asdict(seller).items()},
        "buyer": {name: clean(value) for name, value in asdict(quote.buyer).items()},
        "lines": [_line(quote, place, line) for place, line in enumerate(quote.lines, 1)],
        "sums": sum_rows(quote),
        "total": format_vnd(sums.total, quote.language),
        "in_words": in_words(sums.total, quote.language),
        "plan": [clean(step) for step in quote.plan if step.strip()],
        "terms": term_lines(quote),
        "reference": clean(quote.title.replace("/", "-")),
    }


def clean(text: str) -> str:
    """NFC, on one line, without characters that cannot be seen; a word too long for a column may break anywhere."""
    shown = "".join(
        char if unicodedata.category(char)[0] != "C" else " " for char in unicodedata.normalize("NFC", text)
    )
    return _LONG_WORD.sub(lambda word: _PIECE.sub(_with_break, word[0]), " ".join(shown.split()))


def _with_break(piece: re.Match[str]) -> str:
    return piece[0] + _ZERO_WIDTH_SPACE


_UNITS = {
    LineKind.WORK: {Language.VI: "giờ", Language.EN: "hour"},
    LineKind.FIXED: {Language.VI: "gói", Language.EN: "item"},
    LineKind.THIRD_PARTY: {Language.VI: "gói", Language.EN: "item"},
}


def _line(quote: Quote, place: int, line: QuoteLine) -> Text:
    return {
        "no": str(place),
        "text": clean(line.text),
        "unit": _UNITS[line.kind][quote.language],
        "quantity": quantity(line, quote.language),
        "unit_price": format_figures(line.unit_price, quote.language),
        "vat": f"{quote.percent(line)}{_NBSP}%",
        "amount": format_figures(line.amount, quote.language),
    }


def quantity(line: QuoteLine, language: Language) -> str:
    """Hours with up to two decimals (`7,5`), or pieces."""
    if line.kind is not LineKind.WORK:
        return str(line.count)
    whole, rest = divmod(line.minutes, 60)
    decimals = f"{rest * 100 // 60:02d}".rstrip("0")
    point = "," if language is Language.VI else "."
    return f"{whole}{point}{decimals}" if decimals else str(whole)


def sum_rows(quote: Quote) -> list[Text]:
    """The rows between table and total: subtotal, discount, net, tax by rate."""
    sums, language = totals(quote), quote.language
    say = _VI if language is Language.VI else _EN
    rows: list[tuple[str, int]] = []
    if sums.discount:
        name = say["discount"] + (f" ({clean(quote.discount_text)})" if quote.discount_text.strip() else "")
        rows += [(say["gross"], sums.gross), (name, -sums.discount)]
    rows.append((say["net"], sums.net))
    rows += [
        (say["vat"].format(percent=one.percent, net=format_figures(one.net, language)), one.vat) for one in sums.by_rate
    ]
    return [{"name": name, "amount": format_figures(amount, language)} for name, amount in rows]


def term_lines(quote: Quote) -> list[str]:
    """The terms in sentences: validity, payment, delivery, tax, warranty, then staff's own note."""
    sums = totals(quote)
    say = _VI if quote.language is Language.VI else _EN
    values = {
        "valid": day_words(quote.valid_until, quote.language),
        "days": quote.terms.pay_within_days,
        "percent": quote.terms.deposit_percent,
        "deposit": format_vnd(sums.deposit, quote.language),
        "rest": format_vnd(sums.total - sums.deposit, quote.language),
        "delivery": day_words(quote.delivery, quote.language) if quote.delivery else "",
    }
    keys = ("valid", "deposit" if sums.deposit else "pay", "delivery" if quote.delivery else "no_delivery", "warranty")
    own = [clean(line) for line in (vat_note(quote), *quote.note.splitlines())]
    terms = [*(say[f"term_{key}"].format(**values) for key in keys), *(line for line in own if line)]
    return [term.replace(" %", f"{_NBSP}%") for term in terms]


_VI = {
    "gross": "Cộng tiền hàng, dịch vụ",
    "discount": "Giảm giá",
    "net": "Cộng trước thuế",
    "vat": "Thuế GTGT {percent} % (trên {net})",
    "term_valid": "Báo giá có hiệu lực đến hết ngày {valid}.",
    "term_pay": "Thanh toán bằng chuyển khoản trong vòng {days} ngày sau khi bàn giao và nhận hoá đơn.",
    "term_deposit": (
        "Đặt cọc {percent} % ({deposit}) khi đồng ý báo giá; phần còn lại ({rest}) thanh toán trong vòng {days} ngày sau khi "
        "bàn giao và nhận hoá đơn. Công việc bắt đầu khi nhận được tiền cọc."
    ),
    "term_delivery": "Dự kiến hoàn thành ngày {delivery} nếu Quý khách đồng ý trong ngày báo giá.",
    "term_no_delivery": "Thời gian hoàn thành được báo khi Quý khách đồng ý báo giá.",
    "term_warranty": "VINNO bảo hành không giới hạn thời gian cho phần việc đã thực hiện.",
}
_EN = {
    "gross": "Subtotal",
    "discount": "Discount",
    "net": "Total before VAT",
    "vat": "VAT {percent} % (on {net})",
    "term_valid": "This quotation is valid until the end of {valid}.",
    "term_pay": "Payment by bank transfer within {days} days after handover and receipt of the invoice.",
    "term_deposit": (
        "Deposit of {percent} % ({deposit}) on acceptance; the rest ({rest}) within {days} days after handover and receipt of "
        "the invoice. Work begins when the deposit has arrived."
    ),
    "term_delivery": "Expected completion on {delivery} if you accept on the day of this quotation.",
    "term_no_delivery": "The time of completion is named when you accept this quotation.",
    "term_warranty": "VINNO keeps an unlimited warranty on the work carried out.",
}
