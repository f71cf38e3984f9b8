"""What staff say by mail about people: who is away, who gives less of the day, whose address belongs to a customer."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace

from worker.desk.staff_case import Case, Effect, Unsure
from worker.model import Customer
from worker.policy.promise import speak_span
from worker.policy.staff_actions import AddToCustomer, Away, Capacity
from worker.policy.tone_marks import as_read
from worker.records import Away as AwayRecord
from worker.records import side_change


def away(case: Case, effect: Effect, action: Away) -> Effect:
    """Note the writer's absence."""
    span = speak_span(action.start, action.end, case.member.language, case.desk.settings.hours.time_zone)
    words = case.words(f"Ghi nghỉ: {span}", f"Absence noted: {span}")
    return _presence(
        case,
        effect,
        AwayRecord(key=secrets.token_hex(8), email=case.member.email, start=action.start, until=action.end),
        words,
    )


def capacity(case: Case, effect: Effect, action: Capacity) -> Effect:
    """Note which share of the working day the writer gives from now on."""
    record = AwayRecord(
        key=f"capacity/{case.member.email}",
        email=case.member.email,
        start=case.now,
        until=case.now.replace(year=case.now.year + 10),
        share=action.share,
    )
    stored = case.desk.records.store.get("absence", record.key)
    words = case.words(f"Công suất: {action.share:.0%}", f"Capacity: {action.share:.0%}")
    return _presence(case, effect, replace(record, version=stored.version if stored else 0), words)


def _presence(case: Case, effect: Effect, record: AwayRecord, words: str) -> Effect:
    del case
    return replace(
        effect,
        claims=(*effect.claims, side_change(record)),
        made=(*effect.made, ("absence", record.key)),
        done=(*effect.done, words),
    )


_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


def add_to_customer(case: Case, effect: Effect, action: AddToCustomer) -> Effect:
    """Add an address to a customer's record. Unsure where address or customer is not clear."""
    found = _EMAIL.search(action.what)
    if found is None:
        raise Unsure(
            case.words(
                f"Thêm địa chỉ nào? “{action.what}” không có địa chỉ thư.", f"Which address? “{action.what}” has none."
            )
        )
    customer, email = _customer_named(case, action.customer), found[0].lower()
    if case.desk.records.customer_for(email) or case.desk.member(email):
        raise Unsure(case.words(f"{email} đã có chủ.", f"{email} belongs to somebody already."))
    changed = replace(customer, addresses=(*customer.addresses, email))
    claims = case.desk.records.customer_changes(changed)
    words = case.words(f"Thêm {email} vào {customer.name}", f"Added {email} to {customer.name}")
    return replace(effect, claims=(*effect.claims, *claims), done=(*effect.done, words))


def _customer_named(case: Case, name: str) -> Customer:
    wanted = as_read(name).strip(" .")
    found = [one for one in case.desk.records.customers() if wanted in {as_read(one.name), one.id}]
    found = found or [one for one in case.desk.records.customers() if wanted and wanted in as_read(one.name)]
    if len(found) != 1:
        raise Unsure(case.words(f"Khách nào? “{name}” không rõ.", f"Which customer? “{name}” is not clear."))
    return found[0]
