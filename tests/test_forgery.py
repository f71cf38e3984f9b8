"""Forged staff mails: whoever writes them, nothing moves, no customer hears of it, and staff do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from builders import NOW, a_customer, a_desk, a_mail, letters, received
from worker.desk.context import Desk
from worker.mail.parsing import parse_mail
from worker.model import Letter, Request
from worker.records import side_change

TUAN, MAI = "tuan@vinno.example", "mai@vinno.example"
MEMBERS = [
    {"email": TUAN, "name": "Tuấn", "role": "technician"},
    {"email": MAI, "name": "Mai", "role": "sales"},
]
OURS = "mx.vinno.example"
PASS = f"{OURS}; dmarc=pass header.from=vinno.example"
TO_STAFF = {"staff_request", "staff_notice", "staff_receipt", "staff_question", "staff_digest", "staff_quote_draft"}
ORDERS = (
    "xong",
    "gửi khách: Anh chị vui lòng chuyển tiền vào tài khoản mới 0123456789 nhé.",
    "phí: miễn",
    "ước tính 5p\nmức độ: thấp",
)


@dataclass(frozen=True)
class Scene:
    """A desk with two requests of two customers, and the notifications that staff got."""

    desk: Desk
    first: Request
    second: Request
    note: Letter
    other_note: Letter

    def mail(self, text: str, *, sender: str = TUAN, note: Letter | None = None, **headers: str) -> bytes:
        """An answer to the notification, as the attacker writes it."""
        answered = note or self.note
        fields = {"in_reply_to": f"<{answered.message_id}>", "subject": f"Re: {answered.subject}", **headers}
        return a_mail(text, sender=sender, **{name: value for name, value in fields.items() if value})  # type: ignore[arg-type]

    def key(self, note: Letter | None = None) -> str:
        return (note or self.note).message_id.split(".")[1].partition("@")[0]


def a_scene(mode: str = "verified") -> Scene:
    desk = a_desk(
        staff=MEMBERS, authentication={"staff_mode": mode, "trusted_authserv_id": OURS if mode == "verified" else ""}
    )
    desk.records.save_customer(a_customer(id="khac", name="Khác", addresses=("b@khac.example",), domains=()))
    first = received(desk, a_mail()).request
    second = received(desk, a_mail(sender="b@khac.example")).request
    assert first is not None
    assert second is not None
    notes = {one.request_id: one for one in letters(desk, "staff_request")}
    stored = [desk.records.request(one.id) for one in (first, second)]
    assert stored[0] is not None
    assert stored[1] is not None
    return Scene(desk, stored[0], stored[1], notes[first.id], notes[second.id])


def _twice_from(raw: bytes, extra: str) -> bytes:
    return b"From: " + extra.encode() + b"\r\n" + raw


def _expired(scene: Scene) -> None:
    token = scene.desk.records.token(scene.key())
    assert token is not None
    scene.desk.records.store.commit(side_change(replace(token, until=NOW - timedelta(days=1))))


def _bound_to_mai(scene: Scene) -> None:
    token = scene.desk.records.token(scene.key())
    assert token is not None
    scene.desk.records.store.commit(side_change(replace(token, email=MAI)))


def _after(prepare: Callable[[Scene], None], make: Callable[[Scene, str], bytes]) -> Callable[[Scene, str], bytes]:
    def prepared(scene: Scene, text: str) -> bytes:
        prepare(scene)
        return make(scene, text)

    return prepared


def _verified(scene: Scene, text: str) -> bytes:
    return scene.mail(text, authentication_results=PASS)


Attack = Callable[[Scene, str], bytes]
VERIFIED_MODE: dict[str, Attack] = {
    "From only, our server stamped nothing": lambda s, t: s.mail(t),
    "From with a display name of staff": lambda s, t: s.mail(t, sender=f'"{TUAN}" <evil@evil.example>'),
    "a verdict of another server": lambda s, t: s.mail(t, authentication_results="mx.evil.example; dmarc=pass header.from=vinno.example"),
    "a verdict of a server that sounds like ours": lambda s, t: s.mail(t, authentication_results="mx.vinno.example.evil.example; dmarc=pass header.from=vinno.example"),
    "our server says that it failed": lambda s, t: s.mail(t, authentication_results=f"{OURS}; dmarc=fail header.from=vinno.example"),
    "our server says fail, a forged pass below": lambda s, t: f"Authentication-Results: {OURS}; dmarc=fail header.from=vinno.example\r\n".encode() + s.mail(t, authentication_results=PASS),
    "a pass for the domain of the attacker": lambda s, t: s.mail(t, authentication_results=f"{OURS}; dmarc=pass header.from=evil.example"),
    "a pass hidden in a local part": lambda s, t: s.mail(t, authentication_results=f'{OURS}; spf=neutral smtp.mailfrom="; dmarc=pass header.from=vinno.example"@evil.example'),
    "a pass hidden in a comment": lambda s, t: s.mail(t, authentication_results=f"{OURS}; dmarc=none (dmarc=pass header.from=vinno.example)"),
    "SPF of the attacker's envelope": lambda s, t: s.mail(t, authentication_results=f"{OURS}; spf=pass smtp.mailfrom=evil.example"),
    "DKIM of the attacker's domain": lambda s, t: s.mail(t, authentication_results=f"{OURS}; dkim=pass header.d=evil.example"),
    "DKIM of a look-alike domain": lambda s, t: s.mail(t, authentication_results=f"{OURS}; dkim=pass header.d=notvinno.example"),
    "DKIM of the top-level domain": lambda s, t: s.mail(t, authentication_results=f"{OURS}; dkim=pass header.d=example"),
    "two From headers": lambda s, t: _twice_from(_verified(s, t), "evil@evil.example"),
    "two mailboxes in From": lambda s, t: s.mail(t, sender=f"{TUAN}, evil@evil.example", authentication_results=PASS),
    "Sender and Reply-To of staff": lambda s, t: s.mail(t, sender="evil@evil.example", reply_to=TUAN, authentication_results=f"{OURS}; dmarc=pass header.from=evil.example"),
    "a look-alike domain with its own pass": lambda s, t: s.mail(t, sender="tuan@vinn0.example", authentication_results=f"{OURS}; dmarc=pass header.from=vinn0.example"),
    "a domain that ends like ours": lambda s, t: s.mail(t, sender="tuan@notvinno.example", authentication_results=f"{OURS}; dmarc=pass header.from=notvinno.example"),
    "a subdomain of ours": lambda s, t: s.mail(t, sender="tuan@mail.vinno.example", authentication_results=f"{OURS}; dmarc=pass header.from=mail.vinno.example"),
    "a Cyrillic letter in the local part": lambda s, t: s.mail(t, sender="tu\u0430n@vinno.example", authentication_results=PASS),
    "a colleague who is no member": lambda s, t: s.mail(t, sender="ketoan@vinno.example", authentication_results=PASS),
    "verified, without any token": lambda s, t: s.mail(t, authentication_results=PASS, in_reply_to="", subject=f"[{s.first.id}]"),
    "verified, with an invented token": lambda s, t: s.mail(t, authentication_results=PASS, in_reply_to="<1.0123456789abcdef@vinno.example>", subject=f"[{s.first.id}] [#0123456789abcdef]"),
    "verified, with the token that customers see": lambda s, t: s.mail(t, authentication_results=PASS, in_reply_to=f"<x.{s.first.token}@vinno.example>", subject=f"[{s.first.id}] [#{s.first.token}]"),
    "verified, with an expired token": _after(_expired, _verified),
    "verified, with the token of a colleague": _after(_bound_to_mai, _verified),
    "the token of one request, the number of another": lambda s, t: s.mail(t, authentication_results=PASS, subject=f"Re: [{s.second.id}] x"),
    "tokens of two requests at once": lambda s, t: s.mail(t, authentication_results=PASS, references=f"<{s.other_note.message_id}>"),
    "a customer who quotes a notification": lambda s, t: s.mail(t + f"\n\n> [{s.first.id} #{s.key()}]", sender="hue@senvang.example", in_reply_to="", subject="Fwd: thông báo", authentication_results=f"{OURS}; dmarc=pass header.from=senvang.example"),
    "a customer who answers a notification": lambda s, t: s.mail(t, sender="hue@senvang.example", authentication_results=f"{OURS}; dmarc=pass header.from=senvang.example"),
    "a stranger who answers a notification": lambda s, t: s.mail(t, sender="x@gmail.com", authentication_results=f"{OURS}; dmarc=pass header.from=gmail.com"),
    "another customer who answers a notification": lambda s, t: s.mail(t, sender="b@khac.example", authentication_results=f"{OURS}; dmarc=pass header.from=khac.example"),
    "verified, without Message-ID": lambda s, t: _verified(s, t).replace(b"Message-ID:", b"X-Was:"),
}  # fmt: skip
DANGEROUS = ("xong", "gửi khách: Anh chị chuyển tiền vào tài khoản mới giúp em.", "từ chối", "hủy", "phí: tính")
CONFIRM_MODE: dict[str, Attack] = {
    "From only, without a token": lambda s, t: s.mail(t, in_reply_to="", subject=f"[{s.first.id}]"),
    "From and an invented token": lambda s, t: s.mail(t, in_reply_to="", subject=f"[{s.first.id}] [#0123456789abcdef]"),
    "From, a stolen token": lambda s, t: s.mail(t),
    "From, a stolen token, a forged verdict": lambda s, t: s.mail(t, authentication_results=PASS),
    "From, a stolen token, a yes in advance": lambda s, t: s.mail(f"đồng ý\n{t}"),
    "From, an expired token": _after(_expired, lambda s, t: s.mail(t)),
    "From of a colleague with somebody's token": _after(_bound_to_mai, lambda s, t: s.mail(t)),
    "a customer with a stolen token": lambda s, t: s.mail(t, sender="hue@senvang.example"),
    "two mailboxes in From": lambda s, t: s.mail(t, sender=f"{TUAN}, evil@evil.example"),
}


def _what_moved(scene: Scene) -> list[object]:
    """Everything of the requests that staff can move: not the mails that join them, nor their history."""
    found = [scene.desk.records.request(one.id) for one in (scene.first, scene.second)]
    return [
        (one.effort, one.urgency, one.category, one.fee, one.assigned_to, one.minutes_spent, one.not_before,
         one.closed_at, one.promise, one.status)
        for one in found if one
    ]  # fmt: skip


def _nothing_moves(scene: Scene, attack: Attack, text: str) -> None:
    before, known = _what_moved(scene), {one.id for one in letters(scene.desk)}

    received(scene.desk, attack(scene, text), now=NOW + timedelta(minutes=5))

    written = [one for one in letters(scene.desk) if one.id not in known]
    assert _what_moved(scene) == before
    assert [one.kind for one in written if one.kind not in TO_STAFF | {"acknowledgement"}] == []
    assert any(one.kind in TO_STAFF for one in written), "staff do not hear of it"
    assert {one.recipient for one in written if one.kind in TO_STAFF} <= {TUAN, MAI, "kythuat@vinno.example"}
    outside = [scene.desk.records.letter_bytes(one.id) for one in written if one.kind not in TO_STAFF]
    assert not any(scene.key() in f"{raw.decode()}{parse_mail(raw).subject}{parse_mail(raw).text}" for raw in outside)


@pytest.mark.parametrize("name", VERIFIED_MODE)
def test_where_senders_are_proven_a_forged_mail_moves_nothing(name: str) -> None:
    scene = a_scene()
    for text in ORDERS:
        _nothing_moves(scene, VERIFIED_MODE[name], text)


@pytest.mark.parametrize("name", CONFIRM_MODE)
def test_where_nobody_is_proven_a_stolen_token_alone_ends_nothing_and_writes_to_nobody(name: str) -> None:
    scene = a_scene("confirm")
    for text in DANGEROUS:
        _nothing_moves(scene, CONFIRM_MODE[name], text)


def test_the_attacks_would_work_if_they_were_genuine() -> None:
    """The scene itself is sound: the same orders from the true mailbox do what they say."""
    for text in ("xong", "ước tính 5p\nmức độ: thấp"):
        scene = a_scene()
        before = _what_moved(scene)
        received(scene.desk, _verified(scene, text), now=NOW + timedelta(minutes=5))
        assert _what_moved(scene) != before


def test_a_replayed_mail_with_other_words_moves_nothing() -> None:
    scene = a_scene()
    received(scene.desk, scene.mail("đã làm: 10p", authentication_results=PASS, message_id="<1@vinno.example>"))

    _nothing_moves(scene, lambda s, t: s.mail(t, authentication_results=PASS, message_id="<1@vinno.example>"), "xong")


def test_a_yes_works_once_and_only_from_the_mailbox_that_was_asked() -> None:
    scene = a_scene("confirm")
    received(scene.desk, scene.mail("xong"), now=NOW + timedelta(minutes=1))
    (question,) = letters(scene.desk, "staff_question")

    _nothing_moves(scene, lambda s, t: s.mail(t, sender=MAI, note=question), "đồng ý")

    received(scene.desk, scene.mail("đồng ý", note=question), now=NOW + timedelta(minutes=6))
    moved = _what_moved(scene)
    received(scene.desk, scene.mail("đồng ý", note=question), now=NOW + timedelta(minutes=7))
    assert _what_moved(scene) == moved


@pytest.mark.parametrize("text", ["phí: miễn", "phí: tính", "đã nhận tiền: 5tr"])
def test_a_plain_token_decides_nothing_about_money_even_for_sales(text: str) -> None:
    _nothing_moves(a_scene(), lambda s, t: s.mail(t, sender=MAI, authentication_results=PASS), text)


def test_a_flood_of_forged_mails_does_not_flood_the_one_they_name() -> None:
    scene = a_scene()
    for number in range(30):
        received(scene.desk, scene.mail(f"xong {number}"), now=NOW + timedelta(minutes=5))

    to_tuan = [one for one in letters(scene.desk) if one.recipient == TUAN]
    assert len(to_tuan) <= scene.desk.settings.loops.letters_per_sender_hour
