"""The demo's page: every letter in a frame of its own, exactly the HTML and text its recipient gets, and the queue."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from pathlib import Path

from worker.app import App
from worker.cli.common import local
from worker.cli.embedded import EmbeddedMail
from worker.cli.looking import ordered_requests
from worker.desk.wording import category_name, fee_name, rule_name, urgency_name

_STYLE = """
body{font:15px/1.5 system-ui,Arial,sans-serif;margin:0;background:#f3f5f8;color:#1d2733}
header{background:#0b3d75;color:#fff;padding:20px 32px}main{padding:24px 32px;max-width:1280px;margin:auto}
table{border-collapse:collapse;width:100%;background:#fff;margin-bottom:32px}td,th{padding:7px 10px;border-bottom:1px solid #e3e9f1;text-align:left;vertical-align:top}
th{color:#5a6b7f;font-weight:600}.letters{display:grid;grid-template-columns:repeat(auto-fill,minmax(560px,1fr));gap:20px}
article{background:#fff;border:1px solid #dfe6ee;border-radius:8px;overflow:hidden}
article h3{font-size:15px;margin:0;padding:12px 16px 2px}article p{margin:0;padding:0 16px 10px;color:#5a6b7f;font-size:13px}
iframe{border:0;border-top:1px solid #e3e9f1;width:100%;height:520px}details{padding:8px 16px 14px;font-size:13px}pre{white-space:pre-wrap}
"""


def write_page(path: Path, app: App, mail: EmbeddedMail) -> None:
    """Write the page."""
    letters = [message_from_bytes(one.raw, policy=default) for one in mail.taken]
    body = "".join(_letter(one) for one in letters)
    page = (
        f"<!DOCTYPE html><html lang=vi><meta charset=utf-8><title>support-worker demo</title><style>{_STYLE}</style>"
        f"<header><h1>support-worker: one morning</h1></header><main><h2>The queue</h2>{_queue(app)}"
        f"<h2>{len(letters)} letters</h2><div class=letters>{body}</div></main></html>"
    )
    path.write_text(page, encoding="utf-8")


def _queue(app: App) -> str:
    language = app.settings.staff_language
    rows = "".join(
        f"<tr><td>{place}<td>{one.id}<td>{escape(str(one.contact))}<td>{escape(category_name(one.category, language))}: "
        f"{escape(one.subject)}<td>{urgency_name(one.urgency, language)}<td>{fee_name(one.fee.fee, language)}"
        f"<td>{rule_name(one.fee.rule, language)}<td>{local(one.promise.at if one.promise else None, app.settings)}"
        for place, one in enumerate(ordered_requests(app.records), 1)
    )
    return f"<table><tr><th>#<th>number<th>from<th>what<th>urgency<th>fee<th>rule<th>expected{rows}</table>"


def _letter(letter: EmailMessage) -> str:
    html, text = letter.get_body(("html",)), letter.get_body(("plain",))
    shown = html.get_content() if html else ""
    return (
        f"<article><h3>{escape(str(letter['Subject']))}</h3><p>{escape(str(letter['To']))}</p>"
        f'<iframe sandbox srcdoc="{escape(shown, quote=True)}"></iframe>'
        f"<details><summary>text</summary><pre>{escape(text.get_content() if text else '')}</pre></details></article>"
    )
