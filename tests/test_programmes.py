"""Free programmes: their files, who gets a place, the waiting list, and what the others are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import STAFF, a_customer, a_parsed_mail
from newsletter_kit import a_newsletter, an_outreach
from storage import Conflict
from worker.desk.outreach import Outreach, load_programmes, newsletter_message_id
from worker.desk.programmes import place_given_back, programme_asked_for, sign_up, sign_up_list, withdraw
from worker.mail.parsing import parse_mail
from worker.model import (
    Address,
    Category,
    Customer,
    Effort,
    Fee,
    FeeDecision,
    FeeRule,
    InboundMail,
    Language,
    Request,
    RequestStatus,
    Urgency,
)
from worker.outreach_records import Recipient, RecipientStatus, recipient_key
from worker.policy.programmes import (
    Programme,
    ProgrammeError,
    SignUpDecision,
    SignUpStatus,
    decide_sign_up,
    named_programme,
    read_programme,
    wants_to_sign_up,
    wants_to_withdraw,
)
from worker.policy.segments import Person, Reason
from worker.records import Outcome

ZONE = "Asia/Ho_Chi_Minh"
OPEN = datetime(2026, 12, 10, 2, tzinfo=UTC)
TEXT = (Path(__file__).parent.parent / "templates" / "programmes" / "tu-van-nang-cap-website.yaml").read_text(
    encoding="utf-8"
)
PROGRAMME = read_programme(TEXT)
SMALL = PROGRAMME.model_copy(update={"places": 2})
LOYAL = Person(
    email="lan@khach.example", customer_id="x", under_contract=True, customer_since=datetime(2020, 1, 1, tzinfo=UTC)
)


# ---- deciding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "confirmed", "now", "decision"),
    [
        (LOYAL, 0, OPEN, SignUpDecision(SignUpStatus.CONFIRMED)),
        (LOYAL, 19, OPEN, SignUpDecision(SignUpStatus.CONFIRMED)),
        (LOYAL, 20, OPEN, SignUpDecision(SignUpStatus.WAITING, None, "20 of 20 places are taken")),
        (replace(LOYAL, refused="by link"), 0, OPEN, SignUpDecision(SignUpStatus.CONFIRMED)),
        (
            replace(LOYAL, under_contract=False),
            0,
            OPEN,
            SignUpDecision(SignUpStatus.NOT_ELIGIBLE, Reason.CONTRACT, "ended"),
        ),
        (
            replace(LOYAL, customer_id=""),
            0,
            OPEN,
            SignUpDecision(SignUpStatus.NOT_ELIGIBLE, Reason.CONTRACT, "no customer"),
        ),
        (
            replace(LOYAL, customer_since=OPEN - timedelta(days=300)),
            0,
            OPEN,
            SignUpDecision(SignUpStatus.NOT_ELIGIBLE, Reason.CUSTOMER_SINCE, "since 2026-02-13"),
        ),
        (
            LOYAL,
            0,
            datetime(2026, 11, 30, 16, 59, tzinfo=UTC),
            SignUpDecision(SignUpStatus.CLOSED, None, "2026-12-01 – 2026-12-31"),
        ),
        (LOYAL, 0, datetime(2026, 11, 30, 17, 0, tzinfo=UTC), SignUpDecision(SignUpStatus.CONFIRMED)),
        (LOYAL, 0, datetime(2026, 12, 31, 16, 59, tzinfo=UTC), SignUpDecision(SignUpStatus.CONFIRMED)),
        (
            LOYAL,
            0,
            datetime(2026, 12, 31, 17, 0, tzinfo=UTC),
            SignUpDecision(SignUpStatus.CLOSED, None, "2026-12-01 – 2026-12-31"),
        ),
    ],
    ids=[
        "eligible",
        "the last place",
        "full",
        "who takes no newsletters may sign up",
        "contract ended",
        "a stranger",
        "too new",
        "the evening before it opens",
        "midnight in Vietnam when it opens",
        "the last evening",
        "midnight after it closed",
    ],
)
def test_what_becomes_of_a_sign_up(person: Person, confirmed: int, now: datetime, decision: SignUpDecision) -> None:
    assert decide_sign_up(PROGRAMME, person, confirmed, now, ZONE) == decision


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("Đăng ký", True),
        ("cho cty em dang ky voi a", True),
        ("Bên chị muốn tham gia chương trình tư vấn nâng cấp", True),
        ("Please sign us up, we would like to join", True),
        ("Please sign us up.", True),
        ("Count us in!", True),
        ("Cho chị đăng ký được không em?", True),
        ("Điều kiện tham gia là gì vậy em?", False),
        ("dk tham gia the nao a", False),
        ("Chương trình có phải đăng ký trước không?", False),
        ("What do we get when we sign up?", False),
        ("Bên em không tham gia được", False),
        ("Chương trình này đăng ký như thế nào ạ?", False),
        ("em đã đăng ký chưa nhỉ?", False),
        ("hủy đăng ký", False),
        ("đăng ký tên miền abc.vn", False),
        ("Website lỗi rồi", False),
        ("", False),
    ],
)
def test_who_wants_to_take_part(text: str, wants: bool) -> None:
    assert wants_to_sign_up(text) is wants


@pytest.mark.parametrize(
    "text",
    [
        "Bên em không tham gia được nữa ạ",
        "ben em khong tham gia duoc nua a, nhuong suat cho cty khac nhe",
        "Em xin rút đăng ký chương trình tư vấn nâng cấp website.",
        "Chị hủy đăng ký nhé, bận quá em ơi",
        "huy dang ky giup em",
        "Rất tiếc công ty không thể tham dự đợt này, cảm ơn VINNO.",
        "Sorry, we can't take part after all.",
        "Please cancel our registration, thank you",
        "Unfortunately we won't be able to join.",
    ],
)
def test_who_gives_a_place_back(text: str) -> None:
    assert wants_to_withdraw(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Cảm ơn em, hẹn gặp hôm đó",
        "Nếu không tham gia được thì có mất phí không em?",
        "Chị không tham gia được hôm thứ 2, dời sang thứ 5 nhé",
        "Anh Nam không tham gia được, bạn khác bên anh sẽ thay",
        "Đừng hủy đăng ký của chị nhé",
        "Em không tham gia được nhóm Zalo, báo lỗi",
        "hủy đăng ký nhận bản tin",
        "hủy đăng ký tên miền abc.vn",
        "anh Huy dang ky cho cty roi nhe",
        "Can we cancel our registration later if needed",
        "We cannot join next week but still want the report",
        "I can't attend, my colleague will",
        "không tham gia được không em?",
        "Bên chị không tham gia nữa. "
        + "Ngoài ra website của công ty từ hôm qua tới giờ vào rất chậm, có lúc báo lỗi " * 3,
    ],
)
def test_who_does_not_plainly_give_a_place_back(text: str) -> None:
    assert not wants_to_withdraw(text)


def test_a_place_is_given_back_only_by_its_holder_and_where_the_programme_is_plain(outreach: Outreach) -> None:
    outreach.desk.records.save_customer(a_loyal(0))
    wanted(outreach, 0)
    held = outreach.records.sign_up(SMALL.id, "khach-0")
    own, other = a_request(0, a_loyal(0)), a_request(7, a_loyal(0))
    mail = a_parsed_mail("không tham gia được nữa em nhé", sender=Address("lan@khach0.example"))
    named = replace(mail, subject="Tư vấn nâng cấp website")

    assert place_given_back(outreach, mail, own) == held
    assert place_given_back(outreach, named, None) == held
    assert place_given_back(outreach, mail, None) is None
    assert place_given_back(outreach, mail, other) is None
    assert place_given_back(outreach, replace(named, sender=Address("lan@khach1.example")), None) is None
    assert place_given_back(outreach, replace(named, new_text="hẹn gặp em"), None) is None


def test_a_programme_is_known_by_its_words_and_two_are_none() -> None:
    other = PROGRAMME.model_copy(update={"id": "khac", "keywords": ("đào tạo seo",), "name": PROGRAMME.name})
    third = other.model_copy(
        update={"name": PROGRAMME.name.model_copy(update={"vi": "Đào tạo SEO", "en": "SEO training"})}
    )

    assert named_programme("đăng ký tư vấn nâng cấp", [PROGRAMME, third]) == PROGRAMME
    assert named_programme("dang ky dao tao seo", [PROGRAMME, third]) == third
    assert named_programme("nâng cấp website và đào tạo SEO", [PROGRAMME, third]) is None
    assert named_programme("đăng ký", [PROGRAMME, third]) is None


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (("places: 20", "places: 0"), "places"),
        (("closes: 2026-12-31", "closes: 2026-11-01"), "before it opens"),
        (("eligible: còn hợp đồng", "eligible: khách VIP"), "nobody understands: khách VIP"),
        (("id: tu-van", "id: Tư vấn"), "id"),
        (("places: 20", "places: 20\nvui: 1"), "vui"),
        (("id: tu-van", "- tu-van"), "not YAML"),
    ],
)
def test_a_mistake_in_a_file_is_named(change: tuple[str, str], mistake: str) -> None:
    with pytest.raises(ProgrammeError, match=mistake):
        read_programme(TEXT.replace(*change))


# ---- signing up -----------------------------------------------------------------------------------------------------


@pytest.fixture
def outreach() -> Outreach:
    return replace(an_outreach(), programmes=(SMALL,))


def a_loyal(number: int, **fields: Any) -> Customer:
    plain: dict[str, Any] = {
        "id": f"khach-{number}",
        "name": f"Công ty {number}",
        "addresses": (f"lan@khach{number}.example",),
        "domains": (),
        "customer_since": datetime(2020, 1, 1, tzinfo=UTC),
    }
    return a_customer(**{**plain, **fields})


def a_request(number: int, customer: Customer) -> Request:
    return Request(
        id=f"VN-{1000 + number}",
        token="0" * 16,
        subject="Đăng ký",
        text="",
        contact=Address(customer.addresses[0], "Lan"),
        participants=customer.addresses,
        language=Language.VI,
        category=Category.PROGRAMME,
        urgency=Urgency.LOW,
        effort=Effort(5, 10, 20),
        fee=FeeDecision(Fee.FREE, FeeRule.FREE_CATEGORY),
        status=RequestStatus.QUEUED,
        arrived=OPEN,
        customer_id=customer.id,
    )


def wanted(outreach: Outreach, number: int, **fields: Any) -> Outcome:
    """A loyal customer's sign-up, saved."""
    outcome = decided(outreach, number, **fields)
    outreach.desk.records.save(outcome)
    return outcome


def decided(outreach: Outreach, number: int, now: datetime = OPEN, request: int = 0, **fields: Any) -> Outcome:
    customer = a_loyal(number, **fields)
    mail = a_parsed_mail("Đăng ký", sender=Address(customer.addresses[0], "Lan"), subject="Re: Bản tin")
    return sign_up(outreach, SMALL, a_request(request or number, customer), mail, an_inbound(), customer, now)


def an_inbound() -> InboundMail:
    return InboundMail(id="s/1/1", mailbox="s", uidvalidity=1, uid=1, raw="", size=0, arrived=OPEN, kept=OPEN)


def said(outcome: Outcome) -> str:
    return parse_mail(outcome.letters[0].mime).text


def status(outreach: Outreach, number: int) -> str:
    found = outreach.desk.records.request(f"VN-{1000 + number}")
    assert found is not None
    return found.status.value


def given_back(outreach: Outreach, number: int, now: datetime = OPEN) -> Outcome:
    """A customer gives the place back, saved."""
    customer = a_loyal(number)
    held = outreach.records.sign_up(SMALL.id, customer.id)
    assert held is not None
    mail = a_parsed_mail("Bên em không tham gia nữa", sender=Address(customer.addresses[0]))
    outcome = withdraw(outreach, held, mail, an_inbound(), now)
    outreach.desk.records.save(outcome)
    return outcome


def states(outreach: Outreach) -> list[tuple[str, str]]:
    return [(one.customer_id, one.status.value) for one in outreach.records.sign_ups(SMALL.id)]


def test_places_are_given_until_they_are_gone_then_there_is_a_waiting_list(outreach: Outreach) -> None:
    outcomes = [wanted(outreach, number, now=OPEN + timedelta(minutes=number)) for number in range(4)]

    assert states(outreach) == [
        ("khach-0", "confirmed"),
        ("khach-1", "confirmed"),
        ("khach-2", "waiting"),
        ("khach-3", "waiting"),
    ]
    assert "đã đăng ký thành công" in said(outcomes[1])
    assert "vị trí số 1 trong danh sách chờ" in said(outcomes[2])
    assert "vị trí số 2 trong danh sách chờ" in said(outcomes[3])


def test_two_who_want_the_last_place_at_the_same_moment_cannot_both_get_it(outreach: Outreach) -> None:
    wanted(outreach, 0)
    first, second = decided(outreach, 1), decided(outreach, 2)
    outreach.desk.records.save(first)

    with pytest.raises(Conflict):
        outreach.desk.records.save(second)
    assert "danh sách chờ" in said(wanted(outreach, 2))


def test_signing_up_twice_keeps_one_place_and_is_answered(outreach: Outreach) -> None:
    wanted(outreach, 0)
    again = wanted(outreach, 0, now=OPEN + timedelta(days=1), request=9)
    wanted(outreach, 1)

    assert "đã đăng ký thành công" in said(again)
    assert states(outreach) == [("khach-0", "confirmed"), ("khach-1", "confirmed")]
    assert [status(outreach, number) for number in (0, 9, 1)] == ["queued", "done", "queued"]


def test_who_is_not_eligible_is_told_kindly_whom_it_is_for_and_what_is_possible(outreach: Outreach) -> None:
    text = said(wanted(outreach, 0, contract_until=OPEN - timedelta(days=1)))

    assert "còn hợp đồng; khách từ 2 năm trở lên" in text
    assert "Quý khách vẫn có thể gửi câu hỏi" in text
    assert states(outreach) == [("khach-0", "not_eligible")]


def test_who_is_too_late_is_told_when_it_was(outreach: Outreach) -> None:
    assert "từ 01/12/2026 đến 31/12/2026" in said(wanted(outreach, 0, now=datetime(2027, 1, 5, tzinfo=UTC)))


def test_a_place_given_back_goes_to_the_first_who_waits(outreach: Outreach) -> None:
    for number in range(4):
        wanted(outreach, number, now=OPEN + timedelta(minutes=number))

    outcome = given_back(outreach, 0, OPEN + timedelta(hours=1))

    assert dict(states(outreach)) == {
        "khach-0": "withdrawn",
        "khach-1": "confirmed",
        "khach-2": "confirmed",
        "khach-3": "waiting",
    }
    assert [one.letter.recipient for one in outcome.letters] == ["lan@khach0.example", "lan@khach2.example", STAFF]
    assert [status(outreach, number) for number in range(4)] == ["cancelled", "queued", "queued", "done"]
    to_staff = parse_mail(outcome.letters[2].mime).text
    assert "withdrawn: Lan <lan@khach0.example>" in to_staff
    assert "confirmed: Lan <lan@khach2.example>" in to_staff


def test_without_a_waiting_list_the_place_is_free_again(outreach: Outreach) -> None:
    for number in range(2):
        wanted(outreach, number)
    given_back(outreach, 0)

    assert "đã đăng ký thành công" in said(wanted(outreach, 5))


def test_a_reply_to_the_newsletter_needs_no_name_of_the_programme(outreach: Outreach) -> None:
    newsletter = a_newsletter(outreach, programme=SMALL.id)
    row = Recipient(
        key=recipient_key(newsletter.id, "lan@khach.example"),
        newsletter=newsletter.id,
        email="lan@khach.example",
        name="",
        language=Language.VI,
        status=RecipientStatus.SENT,
        changed=OPEN,
    )
    outreach.records.save(row)
    answered = (newsletter_message_id(outreach, newsletter.id, row.email),)

    assert programme_asked_for(outreach, a_parsed_mail("Đăng ký giúp em", in_reply_to=answered)) == SMALL
    assert programme_asked_for(outreach, a_parsed_mail("Chi phí thế nào?", in_reply_to=answered)) is None
    assert programme_asked_for(outreach, a_parsed_mail("đăng ký tư vấn nâng cấp website")) == SMALL
    assert programme_asked_for(outreach, a_parsed_mail("đăng ký khóa học")) is None


def test_staff_get_the_list_by_mail(outreach: Outreach) -> None:
    wanted(outreach, 0)

    text = parse_mail(sign_up_list(outreach, SMALL, OPEN).mime).text

    assert "confirmed: Lan <lan@khach0.example> VN-1000" in text


def test_the_programmes_that_are_shipped_are_well_formed() -> None:
    found: tuple[Programme, ...] = load_programmes(Path(__file__).parent.parent / "templates")

    assert [one.id for one in found] == ["tu-van-nang-cap-website"]
