"""The simulation's page: tables and plots in one self-contained HTML file, drawn as inline SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TypeVar

from worker.desk.simulation import Figures, Report, minutes_until
from worker.model import Urgency

Named = tuple[str, Report]
Point = tuple[float, float]
T = TypeVar("T")

_COLOURS = {Urgency.CRITICAL: "#c0392b", Urgency.HIGH: "#e08e0b", Urgency.NORMAL: "#2f6fb3", Urgency.LOW: "#7a8794"}
_PEOPLE = ("#2f6fb3", "#e08e0b", "#3b9c6d", "#8e5aa8", "#c0392b", "#5b7083", "#b08d2e", "#2a9d9d")
_WIDTH, _HEIGHT = 560, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 12, 34
_STYLE = """
body{font:15px/1.5 system-ui,'Segoe UI',Arial,sans-serif;margin:0;background:#f4f6f8;color:#1f2a36}
main{max-width:1220px;margin:0 auto;padding:28px 24px 60px}
h1{font-size:24px;margin:0 0 4px}h2{font-size:19px;margin:36px 0 10px}h3{font-size:15px;margin:0 0 6px}
p{margin:4px 0;color:#4d5b69}
table{border-collapse:collapse;background:#fff;width:100%;margin:10px 0 18px;font-variant-numeric:tabular-nums}
th,td{padding:7px 12px;text-align:right;border-bottom:1px solid #e3e8ed}th{font-weight:600;color:#4d5b69}
th:first-child,td:first-child{text-align:left}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(440px,1fr));gap:18px}
figure{margin:0;background:#fff;padding:14px 16px;border-radius:6px;border:1px solid #e3e8ed}
figcaption{font-size:13px;color:#4d5b69}svg{width:100%;height:auto;display:block}
svg text{font:11px system-ui,'Segoe UI',Arial,sans-serif;fill:#4d5b69}
.key{font-size:13px;margin-right:14px;white-space:nowrap}.key i{display:inline-block;width:10px;height:10px;margin-right:5px}
.bad{color:#c0392b;font-weight:600}
"""


def simulation_page(reports: Sequence[Named]) -> str:
    """The page for one report or several side by side."""
    sections = "".join(_section(name, report) for name, report in reports)
    title = escape(reports[0][1].scenario.name or "Simulation")
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1><p>{_introduction(reports[0][1])}</p>{sections}</main></body></html>"
    )


def _introduction(report: Report) -> str:
    scenario = report.scenario
    return (
        f"{scenario.weeks} weeks from {scenario.start} under a virtual clock, seed {scenario.seed}, after "
        f"{scenario.warm_up_weeks} weeks that are not counted. Order, forecast and promises are those of the real desk; "
        f"promises are stated as {scenario.confidence:.0%}. Times are working hours."
    )


def _section(name: str, report: Report) -> str:
    plots = (
        ("Promises kept", "First promise (full) and last promise (light); the band is 75–90 %.", _kept(report)),
        ("How long until it is done", "Share of requests done within so many working hours.", _done(report)),
        ("Open requests", "At each moment of the quarter.", _queue(report)),
        ("Load by week", "Share of the time each person was there in which there was something to do.", _load(report)),
    )
    figures = "".join(
        f"<figure><h3>{heading}</h3>{plot}<figcaption>{caption}</figcaption></figure>"
        for heading, caption, plot in plots
    )
    return f"<h2>{escape(name)}</h2><p>{_summary(report)}</p>{_table(report)}<div class=plots>{figures}</div>"


def _summary(report: Report) -> str:
    sizes = [size for _, size in report.queue] or [0]
    return (
        f"{len(report.scenario.people)} people, {report.scenario.mails_a_week:.0f} mails a week, load {report.load:.0%}, "
        f"{sum(sizes) / len(sizes):.0f} open requests on average ({max(sizes)} at most), staff alarmed {report.alarms} times."
    )


def _table(report: Report) -> str:
    headings = (
        "urgency",
        "requests",
        "first kept",
        "last kept",
        "broken silently",
        "letters each",
        "begun after",
        "done after",
    )
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    rows = "".join(f"<tr>{_row(one)}</tr>" for one in report.figures if one.requests)
    return f"<table><tr>{head}</tr>{rows}</table>"


def _row(one: Figures) -> str:
    silent = f'<span class="bad">{one.silent}</span>' if one.silent else "0"
    wait, done = (f"{middle / 60:.1f} h · 9 in 10 {tail / 60:.1f} h" for middle, tail in (one.wait, one.done))
    cells = (one.urgency, one.requests, f"{one.first_kept:.1%}", f"{one.last_kept:.1%}", silent, f"{one.letters:.2f}")
    return "".join(f"<td>{cell}</td>" for cell in (*cells, wait, done))


# ---- plots ----------------------------------------------------------------------------------------------------------


def _kept(report: Report) -> str:
    figures = [one for one in report.figures if one.requests]
    down = _scale(0, 1, _HEIGHT - _BOTTOM, _TOP)
    slot = (_WIDTH - _LEFT - _RIGHT) / max(len(figures), 1)
    band = f'<rect x="{_LEFT}" y="{down(0.9):.1f}" width="{_WIDTH - _LEFT - _RIGHT}" height="{down(0.75) - down(0.9):.1f}" '
    bars = "".join(_two_bars(one, _LEFT + number * slot, slot, down) for number, one in enumerate(figures))
    return _svg(f'{band}fill="#3b9c6d" opacity="0.15"/>{_percent_axis(down)}{bars}')


def _two_bars(one: Figures, left: float, slot: float, down: Callable[[float], float]) -> str:
    width = slot * 0.28
    parts = [
        _bar(left + slot * start, width, down, share, _COLOURS[one.urgency], opacity)
        for start, share, opacity in ((0.2, one.first_kept, 0.95), (0.52, one.last_kept, 0.4))
    ]
    return "".join(parts) + _label(left + slot / 2, _HEIGHT - 12, f"{one.urgency} ({one.requests})", "middle")


def _bar(left: float, width: float, down: Callable[[float], float], share: float, colour: str, opacity: float) -> str:
    top, bottom = down(share), down(0)
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{bottom - top:.1f}" fill="{colour}" '
        f'opacity="{opacity}"/>{_label(left + width / 2, top + 14, f"{share:.0%}", "middle", "#fff" if opacity > 0.5 else "")}'
    )


def _done(report: Report) -> str:
    waits = {
        urgency: sorted(minutes_until(c, c.completed, report.hours) / 60 for c in report.cases if c.urgency is urgency)
        for urgency in Urgency
    }
    longest = max((values[len(values) * 95 // 100] for values in waits.values() if values), default=1.0) or 1.0
    across = _scale(0, longest, _LEFT, _WIDTH - _RIGHT)
    down = _scale(0, 1, _HEIGHT - _BOTTOM, _TOP)
    lines = "".join(
        _line(
            [(across(wait), down((rank + 1) / len(values))) for rank, wait in _thinned(values) if wait <= longest],
            urgency,
        )
        for urgency, values in waits.items()
    )
    ticks = "".join(_label(across(hours), _HEIGHT - 14, f"{hours:g} h", "middle") for hours in _ticks(longest))
    return _svg(_percent_axis(down) + ticks + lines) + _keys({urgency: _COLOURS[urgency] for urgency in Urgency})


def _queue(report: Report) -> str:
    begins, length = report.scenario.begins, report.scenario.ends - report.scenario.begins
    most = max((size for _, size in report.queue), default=1) or 1
    across, down = _scale(0, 1, _LEFT, _WIDTH - _RIGHT), _scale(0, most, _HEIGHT - _BOTTOM, _TOP)
    points = [(across((at - begins) / length), down(size)) for _, (at, size) in _thinned(report.queue)]
    grid = "".join(_grid(down(value), f"{value:g}") for value in _ticks(most))
    return _svg(grid + _week_labels(report, across) + _line(points, Urgency.NORMAL))


def _load(report: Report) -> str:
    across, down = _scale(0, 1, _LEFT, _WIDTH - _RIGHT), _scale(0, 1, _HEIGHT - _BOTTOM, _TOP)
    colours = {one.email: _PEOPLE[number % len(_PEOPLE)] for number, one in enumerate(report.scenario.people)}
    lines = "".join(
        _path(
            [
                (across((number + 0.5) / len(report.weeks)), down(week[email].busy / week[email].there))
                for number, week in enumerate(report.weeks)
                if email in week and week[email].there > 0
            ],
            colour,
        )
        for email, colour in colours.items()
    )
    return _svg(_percent_axis(down) + _week_labels(report, across) + lines) + _keys(colours)


def _week_labels(report: Report, across: Callable[[float], float]) -> str:
    weeks = report.scenario.weeks
    return "".join(
        _label(across((week - 0.5) / weeks), _HEIGHT - 14, f"week {week}" if week == 1 else str(week), "middle")
        for week in range(1, weeks + 1, max(weeks // 13, 1))
    )


# ---- pieces of a plot -----------------------------------------------------------------------------------------------


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (value - low) / ((high - low) or 1) * (end - start)


def _svg(content: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">{content}</svg>'


def _label(across: float, down: float, text: str, anchor: str, colour: str = "") -> str:
    style = f' style="fill:{colour}"' if colour else ""
    return f'<text x="{across:.1f}" y="{down:.1f}" text-anchor="{anchor}"{style}>{escape(text)}</text>'


def _grid(down: float, text: str) -> str:
    line = f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{down:.1f}" y2="{down:.1f}" stroke="#e3e8ed"/>'
    return line + _label(_LEFT - 6, down + 4, text, "end")


def _percent_axis(down: Callable[[float], float]) -> str:
    return "".join(_grid(down(share / 100), f"{share} %") for share in range(0, 101, 25))


def _line(points: Sequence[Point], urgency: Urgency) -> str:
    return _path(points, _COLOURS[urgency])


def _path(points: Sequence[Point], colour: str) -> str:
    joined = " ".join(f"{across:.1f},{down:.1f}" for across, down in points)
    return f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="1.8" stroke-linejoin="round"/>'


def _keys(colours: dict[Urgency, str] | dict[str, str]) -> str:
    keys = (
        f'<span class="key"><i style="background:{colour}"></i>{escape(name)}</span>'
        for name, colour in colours.items()
    )
    return f"<div>{''.join(keys)}</div>"


def _ticks(most: float) -> list[float]:
    """Some five round numbers from 0 up to `most`."""
    step = next(
        (size * 10**power for power in range(6) for size in (1, 2, 5) if most / (size * 10**power) <= 6), most or 1
    )
    return [step * number for number in range(int(most / step) + 1)]


def _thinned(values: Sequence[T], most: int = 600) -> list[tuple[int, T]]:
    """At most so many of the values, evenly spread, with their ranks; a page needs no more."""
    step = max(len(values) // most, 1)
    return [(rank, value) for rank, value in enumerate(values) if rank % step == 0 or rank == len(values) - 1]
