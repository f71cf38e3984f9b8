"""The demo's newsletter: written by mail, proven, approved, delivered to whoever consented, answered with a sign-up."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from pathlib import Path

import yaml

from worker.cli.common import console
from worker.cli.demo_scene import Scene, wait_for
from worker.desk.newsletter_letters import reason_name
from worker.mail.rendering import template_folder
from worker.model import Language
from worker.outreach_records import Newsletter, NewsletterStatus, OutreachRecords
from worker.policy.segments import Reason

# At any hour, since a demo may run at night.
NEWSLETTER_SETTINGS = {"window": ["00:00-23:59"], "working_days_only": False}
_PROGRAMME = "tu-van-nang-cap-website"
_TITLE = "Tư vấn nâng cấp website miễn phí"
_TEXT = f"""Lịch: ngay
Chương trình: {_PROGRAMME}

Nhân dịp cuối năm, VINNO **tư vấn nâng cấp website miễn phí** cho khách hàng lâu năm:

- kiểm tra tốc độ, bảo mật và hiển thị trên điện thoại,
- đề xuất phương án nâng cấp kèm thời gian thực hiện.

Quý khách đăng ký bằng cách trả lời thư này.
"""


def lay_templates(folder: Path, now: datetime) -> None:
    """The shipped templates, with a programme that is open today."""
    shipped, own = template_folder(Path()).resolve(), folder / "templates"
    (own / "programmes").mkdir(parents=True)
    for one in shipped.iterdir():
        if one.name != "programmes":
            (own / one.name).symlink_to(one)
    programme = yaml.safe_load((shipped / "programmes" / f"{_PROGRAMME}.yaml").read_text(encoding="utf-8"))
    programme |= {"opens": now.date() - timedelta(days=7), "closes": now.date() + timedelta(days=30)}
    text = yaml.safe_dump(programme, allow_unicode=True)
    (own / "programmes" / f"{_PROGRAMME}.yaml").write_text(text, encoding="utf-8")


def show_newsletter(scene: Scene, author: str, customer: str) -> None:
    """A member of staff writes a newsletter and approves its proof; a customer who got it signs up by answering."""
    news = OutreachRecords(scene.app.records.store)
    console.print("[bold]A newsletter, written and approved by mail[/]")
    scene.writes(author, f"Bản tin: {_TITLE}", _TEXT)
    scene.answers(author, scene.sent("newsletter_proof"), "Duyệt")
    wait_for(lambda: any(one.status is NewsletterStatus.DONE for one in news.newsletters()))
    got = next(one for one in scene.mail.taken if customer in one.recipients and b"List-Unsubscribe:" in one.raw)
    headers = BytesHeaderParser().parsebytes(got.raw)
    scene.writes(customer, f"Re: [QC] {_TITLE}", "Please sign us up.", headers["Message-ID"].strip("<>"))
    scene.sent("programme_sign_up")
    scene.sent("newsletter_report")
    console.print(f"{_what_became_of(next(news.newsletters()), news)}\n")


def _what_became_of(newsletter: Newsletter, news: OutreachRecords) -> str:
    counts = ", ".join(f"{count} {status.value}" for status, count in news.counts(newsletter.id).items() if count)
    out = "; ".join(
        f"{count} {reason_name(Reason(reason), Language.EN)}" for reason, count in newsletter.left_out.items()
    )
    return f"[bold]{newsletter.id}[/]: {counts}; left out: {out or 'nobody'}; each mail lets its reader unsubscribe"
