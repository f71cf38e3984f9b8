"""Vietnam's public holidays: the statutory days, and the day off that replaces one that falls on a free weekday."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

import holidays

OFFICE_WEEK = frozenset(range(6))  # Monday to Saturday: POLICY "Working time"
_DAY = timedelta(days=1)


def vietnam_holidays(years: Iterable[int], working_weekdays: Collection[int] = OFFICE_WEEK) -> dict[date, str]:
    """The days off of these years with their Vietnamese names, for a company that works on those weekdays (0 = Monday).

    The statutory days (Labour Code 2019, Article 112, and 24 November since 2026) come from `holidays`, without its own
    replacement days: it takes Saturday for a day off. Article 111(3): a holiday on the weekly day off is made
    up for on the next working day. Swaps decreed for state bodies are not in here: a company that follows one
    writes it into its settings (a closed day and a day worked).
    """
    wanted = sorted(set(years))
    statutory = _statutory_days({near for year in wanted for near in (year - 1, year)})
    return {day: name for day, name in _with_replacements(statutory, working_weekdays).items() if day.year in wanted}


def _statutory_days(years: Collection[int]) -> dict[date, str]:
    found = holidays.country_holidays("VN", years=years, language="vi", observed=False)
    swap = found.substituted_label.partition("%s")[0]
    return {day: name for day, name in sorted(found.items()) if not name.startswith(swap)}


def _with_replacements(statutory: dict[date, str], working_weekdays: Collection[int]) -> dict[date, str]:
    days = dict(statutory)
    for day, name in statutory.items():
        if working_weekdays and day.weekday() not in working_weekdays:
            days[_next_free(day, days, working_weekdays)] = f"{name} (nghỉ bù)"
    return dict(sorted(days.items()))


def _next_free(day: date, taken: Collection[date], working_weekdays: Collection[int]) -> date:
    while day in taken or day.weekday() not in working_weekdays:
        day += _DAY
    return day
