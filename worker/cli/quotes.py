"""Commands about quotes: list them (for accounting, too), show one with its life, write its PDF."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.markup import escape
from rich.table import Table

from worker.app import build_desk, utc_now
from worker.cli.common import SettingsOption, console, csv_to, local, opened_records, settings_from
from worker.desk import quote_mail
from worker.desk.context import Desk
from worker.desk.quote_lists import figures, figures_line, quote_status_name
from worker.desk.quote_pdf import pdf_name, quantity, sum_rows, term_lines
from worker.desk.typesetting import TypesettingError
from worker.model import Language
from worker.policy.money import format_figures, format_vnd, in_words
from worker.policy.quote_life import QuoteStatus, QuoteVersion, newest
from worker.policy.quoting import QuoteError
from worker.records import Records
from worker.settings import Settings

family = typer.Typer(
    help="Quotes: drafts, what customers have, what was accepted, what is to be invoiced.", no_args_is_help=True
)
Key = Annotated[str, typer.Argument(help="BG-1042/2 for a version, BG-1042 or VN-1042 for the newest.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(family, name="quotes")


# ---- list -----------------------------------------------------------------------------------------------------------

_COLUMNS = (
    *("quote", "request", "customer", "subject", "net", "vat", "total", "state", "issued", "valid until"),
    *("accepted", "accepted by", "paid", "done", "invoiced", "invoice"),
)


@family.command("list")
def list_(
    state: Annotated[QuoteStatus | None, typer.Option("--state", help="Only versions in this state.")] = None,
    uninvoiced: Annotated[bool, typer.Option("--uninvoiced", help="Only work that is done and not invoiced.")] = False,
    file: Annotated[
        Path | None, typer.Option("--csv", help="Write all columns to this CSV file ('-': the screen).")
    ] = None,
    settings: SettingsOption = None,
) -> None:
    """All versions, the oldest first; amounts in đồng."""
    found = settings_from(settings)
    with opened_records(found) as records:
        chosen = list(_chosen(records, state, uninvoiced=uninvoiced))
        if file:
            with csv_to(None if str(file) == "-" else file, _COLUMNS) as write:
                for one in chosen:
                    write(_cells(one, found))
            return
        console.print(_table(chosen, found))
        console.print(figures_line(figures(records, utc_now()), Language.EN))


def _chosen(records: Records, state: QuoteStatus | None, *, uninvoiced: bool) -> Iterable[QuoteVersion]:
    found = records.uninvoiced() if uninvoiced else records.quotes_in(state) if state else records.quotes()
    return (one for one in found if state in {None, one.status})


def _cells(one: QuoteVersion, settings: Settings) -> tuple[str, ...]:
    quote, sums = one.quote, one.sums
    days = (_day(at, settings) for at in (one.accepted, one.paid, one.done, one.invoiced))
    accepted, paid, done, invoiced = days
    amounts = (str(sums.net), str(sums.vat), str(sums.total))
    head = (one.id, one.request_id, quote.buyer.name, quote.subject, *amounts, one.status.value)
    dates = (quote.issued.isoformat(), quote.valid_until.isoformat())
    return (*head, *dates, accepted, one.accepted_by, paid, done, invoiced, one.invoice)


def _day(at: datetime | None, settings: Settings) -> str:
    return local(at, settings) if at else ""


def _table(chosen: Iterable[QuoteVersion], settings: Settings) -> Table:
    table = Table(box=None, header_style="bold")
    for column in ("quote", "customer", "what", "state", "valid until", "accepted", "done", "invoiced"):
        table.add_column(column)
    table.add_column("total", justify="right")
    for one in chosen:
        table.add_row(
            one.id,
            escape(one.quote.buyer.name),
            escape(one.quote.subject[:40]),
            one.status.value,
            f"{one.quote.valid_until:%d/%m/%Y}",
            *(local(at, settings) for at in (one.accepted, one.done, one.invoiced)),
            format_vnd(one.total),
        )
    return table


# ---- show -----------------------------------------------------------------------------------------------------------


@family.command()
def show(quote: Key, settings: SettingsOption = None) -> None:
    """One version in full: lines, sums, terms, and what became of it."""
    found = settings_from(settings)
    with opened_records(found) as records:
        one = _found(records, quote)
        console.print(_in_full(one), soft_wrap=True)
        console.print(_life(one, found))
        others = ", ".join(
            f"{other.id} {other.status.value}" for other in records.quotes_of(one.request_id) if other != one
        )
        console.print(f"other versions: {others or '–'}; history: support-worker why {one.request_id}", soft_wrap=True)


def _found(records: Records, key: str) -> QuoteVersion:
    wanted = key.strip().upper()
    bare = wanted.partition("/")[0]
    number = f"VN-{bare.rpartition('-')[2]}"
    found = records.quote(wanted) if "/" in wanted else newest(records.quotes_of(number))
    if found is None:
        _refuse(f"there is no quote {key}")
    return found


def _refuse(*why: str) -> NoReturn:
    for one in why:
        console.print(escape(one), style="red", soft_wrap=True)
    raise typer.Exit(1)


def _in_full(one: QuoteVersion) -> str:
    quote, language = one.quote, one.quote.language
    lines = [
        f"{place}. {line.text} · {quantity(line, language)} × {format_figures(line.unit_price, language)}"
        f" · VAT {quote.percent(line)} % · {format_figures(line.amount, language)}"
        for place, line in enumerate(quote.lines, 1)
    ]
    head = f"{one.id} for {quote.buyer.name}: {quote.subject}"
    sums = [f"{row['name']}: {row['amount']}" for row in sum_rows(quote)]
    total = f"{format_vnd(one.total, language)} ({in_words(one.total, language)})"
    return escape("\n".join((head, *lines, *sums, total, *(f"- {term}" for term in term_lines(quote)))))


def _life(one: QuoteVersion, settings: Settings) -> Table:
    table = Table(box=None, show_header=False)
    rows = (
        ("state", quote_status_name(one.status, Language.EN)),
        ("drafted", f"{local(one.created, settings)} by {one.by or 'the worker'}"),
        ("approved", f"{local(one.approved, settings)} by {one.approved_by}" if one.approved else "–"),
        ("PDF, SHA-256", one.pdf or "–"),
        ("reminded", local(one.reminded, settings)),
        ("accepted", f"{local(one.accepted, settings)} by {one.accepted_by}" if one.accepted else "–"),
        ("paid", local(one.paid, settings)),
        ("done", local(one.done, settings)),
        ("invoiced", f"{local(one.invoiced, settings)} {one.invoice}".strip()),
    )
    for name, value in rows:
        table.add_row(name, escape(value))
    return table


# ---- pdf ------------------------------------------------------------------------------------------------------------


@family.command()
def pdf(
    quote: Key,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to (default: the attachment's name, here).")
    ] = None,
    settings: SettingsOption = None,
) -> None:
    """Write the PDF: of what was approved the very bytes that the customer got, of a draft as it would be."""
    found = settings_from(settings)
    with opened_records(found) as records:
        one = _found(records, quote)
        try:
            content = records.raw(one.pdf) if one.pdf else _made(build_desk(found, records), one)
        except QuoteError as error:
            _refuse(*error.mistakes)
        except TypesettingError as error:
            _refuse(str(error))
        path = out or Path(pdf_name(one.quote))
        path.write_bytes(content)
        console.print(
            f"{path}: {len(content)} bytes, {'as sent' if one.pdf else 'draft, not approved'}", soft_wrap=True
        )


def _made(desk: Desk, one: QuoteVersion) -> bytes:
    return desk.printer.pdf(one.quote, quote_mail.seller(desk))
