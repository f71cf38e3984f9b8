"""Who works here: the staff of the settings and those of the store, which has the last word about an address.

Read anew for each mail, so that `support-worker staff` takes effect at once in every process.
"""

from __future__ import annotations

from collections.abc import Iterable

from worker.model import Language, Staff
from worker.records import Records
from worker.settings import Settings


def team(settings: Settings, records: Records) -> tuple[Staff, ...]:
    """All members of staff that are named."""
    named = {one.email.lower(): one.as_staff() for one in settings.staff}
    for entry in records.staff_entries():
        named.pop(entry.key, None)
        if entry.member:
            named[entry.key] = entry.member
    return tuple(named.values())


def member(settings: Settings, records: Records, email: str) -> Staff | None:
    """The member of staff with that address; where nobody at all is named, the staff's address is one."""
    wanted = email.lower()
    entry = records.staff_entry(wanted)
    if entry:
        return entry.member
    found = next((one.as_staff() for one in settings.staff if one.email.lower() == wanted), None)
    if found is None and wanted == settings.staff_address.lower() and not team(settings, records):
        return Staff(email=wanted, name=settings.company.support_name, language=settings.staff_language)
    return found


def nobody_decides(settings: Settings, people: Iterable[Staff], language: Language) -> str:
    """A warning where nobody among these people may decide a fee: what is under review would wait for ever."""
    least = settings.approvals.fees
    if any(one.role.may(least) for one in people):
        return ""
    if language is Language.VI:
        return (
            f"Chưa ai được quyết định phí (cần vai trò {least.value} trở lên): thêm người bằng lệnh "
            "support-worker staff add, hoặc ở mục staff trong settings.yaml."
        )
    return (
        f"Nobody may decide fees (the role {least.value} or above is needed): name somebody with "
        "support-worker staff add, or under staff in settings.yaml."
    )
