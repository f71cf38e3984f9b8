"""A newsletter's mail, laid out once for each language: what was written, between greeting and the words the law asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from worker.desk.outreach import Outreach, slot_values
from worker.mail.composing import File
from worker.mail.newsletter_content import Content, html_with_marks, unknown_placeholders, with_marks
from worker.mail.newsletter_mime import Edition, Marks, Skeleton, Slot, build
from worker.mail.rendering import Rendered
from worker.model import Address, Language
from worker.outreach_records import Newsletter, Recipient, RecipientStatus, recipient_key
from worker.policy.newsletter_warnings import Caution, Written, warnings_of

_LABEL = "[QC]"  # Decree 91/2020/NĐ-CP, article 11: at the very beginning of the subject
_ONE_CLICK = ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")  # RFC 8058


def contents_of(outreach: Outreach, newsletter: Newsletter) -> dict[Language, Content]:
    """What was written, by language, the first one first."""
    return {
        Language(language): Content.from_bytes(outreach.records.raw(key))
        for language, key in newsletter.contents.items()
    }


def subject_of(newsletter: Newsletter, content: Content) -> str:
    """The subject as readers see it: advertising says so at its beginning; what only staff see says that first."""
    if newsletter.is_shadow:
        return f"[SHADOW] {subject_of(replace(newsletter, is_shadow=False), content)}"
    if not newsletter.advertising or content.subject.upper().startswith((_LABEL, "[AD]")):
        return content.subject
    return f"{_LABEL} {content.subject}"


def skeletons_of(outreach: Outreach, newsletter: Newsletter) -> dict[str, str]:
    """The mail in each language, laid out and kept; the keys it is kept under."""
    date = newsletter.started or newsletter.created
    return {
        language.value: outreach.records.keep_raw(lay_out(outreach, newsletter, content, date).to_bytes())
        for language, content in contents_of(outreach, newsletter).items()
    }


def lay_out(outreach: Outreach, newsletter: Newsletter, content: Content, date: datetime) -> Skeleton:
    """The bytes of the mail, with the slots of the recipient open."""
    settings = outreach.desk.settings
    marks = Marks.for_content(content.subject, content.text, content.html)
    rendered = _rendered(outreach, newsletter, content, marks)
    domain = settings.company.address.rpartition("@")[2]
    headers = [
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("Precedence", "bulk"),
        ("List-Id", f"<newsletters.{domain}>"),
    ]
    if settings.one_click:
        headers.append(_ONE_CLICK)
    edition = Edition(
        sender=Address(settings.company.address, settings.company.support_name),
        subject=subject_of(newsletter, content),
        date=date,
        text=rendered.text,
        html=rendered.html,
        headers=headers,
        pictures=[File("", one.content_type, one.content, one.content_id) for one in content.pictures],
    )
    return build(edition, marks)


def _rendered(outreach: Outreach, newsletter: Newsletter, content: Content, marks: Marks) -> Rendered:
    context: Mapping[str, object] = {
        "subject": subject_of(newsletter, content),
        "content_html": Markup(html_with_marks(content.html, marks)),  # noqa: S704 - sanitised when it was taken in
        "content_text": with_marks(content.text, marks).strip(),
        "name": marks.of(Slot.NAME),
        "email": marks.of(Slot.EMAIL),
        "unsubscribe": marks.of(Slot.UNSUBSCRIBE),
        "advertising": newsletter.advertising,
        "company": outreach.desk.settings.company,
        "language": content.language.value,
        "number": newsletter.id,
        "shadow_for": marks.of(Slot.EMAIL) if newsletter.is_shadow else "",
    }
    return outreach.desk.renderer.render("newsletter", content.language, context)


def cautions_of(outreach: Outreach, newsletter: Newsletter, content: Content) -> tuple[Caution, ...]:
    """What makes this newsletter look like spam, or be cut off."""
    laid_out = _rendered(outreach, newsletter, content, Marks.for_content(content.text))
    return warnings_of(
        Written(
            subject=content.subject,
            html=content.html,
            text=content.text,
            laid_out_bytes=len(laid_out.html.encode()),
            picture_bytes=sum(len(one.content) for one in content.pictures),
            losses=content.losses,
            unknown_placeholders=unknown_placeholders(content),
        )
    )


def specimen(
    outreach: Outreach, newsletter: Newsletter, content: Content, email: str, name: str, now: datetime
) -> tuple[bytes, str]:
    """The mail exactly as a customer gets it, addressed to somebody of ours; and its text twin."""
    row = Recipient(
        key=recipient_key(newsletter.id, email),
        newsletter=newsletter.id,
        email=email,
        name=name,
        language=content.language,
        status=RecipientStatus.QUEUED,
        changed=now,
    )
    marks = Marks.for_content(content.subject, content.text, content.html)
    values = slot_values(outreach, row)
    text = "".join(
        fixed + (values[slot] if slot else "")
        for fixed, slot in marks.split(_rendered(outreach, newsletter, content, marks).text)
    )
    return lay_out(outreach, newsletter, content, now).fill(values), text
