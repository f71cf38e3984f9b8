"""Earlier work of a customer, looked up for every new mail: warranty where it is certain, a person where it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from builders import NOW, a_customer, a_desk, a_mail, letters, received, some_settings
from test_staff import notification, office, reply, shown, stored
from worker.app import build_desk, open_records
from worker.desk.context import Desk
from worker.mail.parsing import parse_mail
from worker.model import Category, Fee, FeeRule, Request, RequestStatus, Urgency
from worker.policy.warranty import Verdict, match_earlier

YEARS_AGO = NOW - timedelta(days=4 * 365)
FORM = ("Form đặt bàn lỗi", "Form đặt bàn trên senvang.vn không gửi được, khách bấm gửi cứ báo lỗi.")
AGAIN = "Form đặt bàn trên senvang.vn lại không gửi được như lần trước em ơi."
OTHER = "Form đặt bàn trên senvang.vn bị lệch, chữ đè lên chân trang."


def done(
    desk: Desk, mail: tuple[str, str] = FORM, *, at: datetime = YEARS_AGO, category: Category = Category.WEBSITE_REQUEST
) -> Request:
    """A request of the customer that was handled."""
    subject, text = mail
    opened = received(desk, a_mail(text, subject=subject), now=at).request
    assert opened is not None
    stored = desk.records.request(opened.id)
    assert stored is not None
    closed = replace(
        stored,
        status=RequestStatus.DONE,
        category=category,
        urgency=Urgency.HIGH,
        closed_at=at + timedelta(hours=5),
        assigned_to="tuan@vinno.example",
    )
    return desk.records.save_record(closed)


def claimed(desk: Desk, text: str, subject: str = "Nhờ em xem giúp", **fields: str) -> Request:
    """A new mail in a thread of its own, and the request that it opened."""
    opened = received(desk, a_mail(text, subject=subject, **fields)).request  # type: ignore[arg-type]
    assert opened is not None
    return opened


def newest(desk: Desk, kind: str) -> str:
    mail = parse_mail(desk.records.letter_bytes(letters(desk, kind)[-1].id))
    return f"{mail.subject}\n{mail.text}"


def test_the_same_fault_years_later_in_a_new_thread_is_warranty() -> None:
    desk = a_desk()
    first = done(desk)

    again = claimed(desk, AGAIN)

    assert (again.category, again.fee.fee, again.fee.rule) == (Category.WARRANTY, Fee.FREE, FeeRule.WARRANTY)
    assert (again.related, again.status, again.urgency) == ((first.id,), RequestStatus.QUEUED, Urgency.HIGH)
    acknowledged = newest(desk, "acknowledgement")
    assert f"Bảo hành cho: {first.id} (hoàn thành 24/11/2022)" in acknowledged
    assert "miễn phí (bảo hành không giới hạn thời gian)" in acknowledged
    assert "bên thứ ba" in acknowledged


def test_staff_read_what_was_done_when_and_by_whom() -> None:
    desk = a_desk()
    first = done(desk)

    claimed(desk, AGAIN)

    line = next(one for one in newest(desk, "staff_request").splitlines() if f"- {first.id}" in one)
    assert f"{first.id} · 24/11/2022 · Tuấn · Form đặt bàn lỗi" in line
    assert "không gửi được" in line
    assert "symptom:" not in line


def test_another_fault_at_the_same_place_is_not_silently_free() -> None:
    desk = a_desk()
    first = done(desk)

    other = claimed(desk, OTHER)

    assert (other.fee.fee, other.status, other.related) == (Fee.REVIEW, RequestStatus.REVIEW, (first.id,))
    assert first.id in other.fee.detail
    assert "miễn phí" not in newest(desk, "acknowledgement")
    assert f"{first.id} · 24/11/2022 · Tuấn" in newest(desk, "staff_request")


def test_an_incident_stays_free_where_another_was_handled_before() -> None:
    desk = a_desk()
    done(
        desk,
        ("Mail lỗi", "Hộp thư lienhe@senvang.vn không nhận được mail từ sáng."),
        category=Category.EMAIL_INCIDENT,
    )

    other = claimed(desk, "Hộp thư lienhe@senvang.vn báo đầy dung lượng, không gửi thư được.")

    assert (other.fee.fee, other.fee.rule) == (Fee.FREE, FeeRule.INCIDENT)


def test_warranty_holds_after_the_contract_has_ended() -> None:
    desk = a_desk()
    first = done(desk)
    customer = desk.records.customer("sen-vang")
    assert customer is not None
    desk.records.save_customer(replace(customer, contract_until=NOW - timedelta(days=300)))

    assert claimed(desk, AGAIN).fee.rule is FeeRule.WARRANTY
    assert claimed(desk, OTHER).fee.fee is Fee.REVIEW
    assert claimed(desk, f"{first.id} vẫn bị em ơi", "Vẫn bị").fee.rule is FeeRule.WARRANTY


@pytest.mark.parametrize(
    "sender", ["Người Lạ <ai@dau.example>", "Khách khác <lan@maytrang.example>"], ids=["a stranger", "another customer"]
)
def test_nobody_else_has_the_warranty_of_a_customers_work(sender: str) -> None:
    desk = a_desk()
    first = done(desk)
    desk.records.save_customer(
        a_customer(id="may-trang", name="Mây Trắng", addresses=(), domains=("maytrang.example",))
    )

    for text in (AGAIN, f"{first.id} vẫn bị em ơi"):
        opened = claimed(desk, text, sender=sender)

        assert opened.fee.rule is not FeeRule.WARRANTY
        assert first.id not in opened.related
        assert first.id not in newest(desk, "acknowledgement").replace(f"{first.id} vẫn bị", "")


def test_two_asks_of_which_one_is_warranty_are_for_a_person() -> None:
    desk = a_desk()
    done(desk)

    both = claimed(desk, f"{AGAIN} Với lại làm thêm cho chị trang tuyển dụng có form nộp hồ sơ.")

    assert both.fee.fee is Fee.REVIEW


def test_staff_who_call_it_warranty_are_told_that_it_is_free() -> None:
    desk = office()
    first = done(desk)
    other = claimed(desk, OTHER)

    receipt = reply(desk, notification(desk, other.id), "loại: bảo hành")

    assert stored(desk, other.id).related == (first.id,)
    assert "Theo chính sách, loại này là miễn phí" in shown(desk, receipt)


def test_every_process_sees_what_another_has_closed(postgres_url: str) -> None:
    settings = some_settings(store=postgres_url)
    one, other = a_desk(store=postgres_url), build_desk(settings, open_records(settings))
    try:
        first = done(one)

        assert claimed(other, AGAIN).related == (first.id,)
    finally:
        one.records.close()
        other.records.close()


def test_what_was_opened_again_is_no_closed_work() -> None:
    desk = a_desk()
    first = done(desk)
    desk.records.save_record(replace(first, status=RequestStatus.QUEUED, closed_at=None))

    assert claimed(desk, AGAIN).fee.rule is not FeeRule.WARRANTY


def test_behind_work_that_was_opened_again_the_work_before_is_found() -> None:
    desk = a_desk()
    first = done(desk)
    second = done(desk, at=YEARS_AGO + timedelta(days=200))
    desk.records.save_record(replace(second, status=RequestStatus.QUEUED, closed_at=None))

    assert claimed(desk, AGAIN).related == (first.id,)


@pytest.mark.parametrize("category", [Category.STAFF_TRAINING, Category.MARKETING_INFORMATION])
def test_a_lesson_or_information_has_no_warranty(category: Category) -> None:
    desk = a_desk()
    done(desk, category=category)

    assert claimed(desk, AGAIN).fee.rule is not FeeRule.WARRANTY


def test_a_claim_without_any_such_work_shows_staff_what_was_done_last() -> None:
    desk = a_desk()
    first = done(desk)

    opened = claimed(desk, "Bảo hành giúp chị: giỏ hàng lại tính sai tiền như hồi trước em sửa.")

    assert opened.fee.rule is not FeeRule.WARRANTY
    assert opened.related == ()
    assert first.id in newest(desk, "staff_request")


def test_an_answer_in_the_thread_about_another_fault_is_not_silently_free() -> None:
    desk = a_desk()
    first = done(desk)

    other = claimed(
        desk, "Vẫn bị lỗi em ơi, nhưng lần này là lỗi khác: form bị lệch, chữ đè lên nhau.", f"Re: x [{first.id}]"
    )

    assert (other.fee.fee, other.related) == (Fee.REVIEW, (first.id,))


def test_old_work_is_found_behind_any_number_of_newer_jobs() -> None:
    desk = a_desk()
    first = done(desk)
    texts = (
        "Thay banner trang chủ đợt {n}",
        "Hộp thư phong{n}@senvang.vn không nhận được mail",
        "Form {n} bị lệch khung",
    )
    template = replace(first, version=0)
    desk.records.save_records(
        replace(
            template, id=f"VN-{5000 + n}", subject=texts[n % 3].format(n=n), text="", closed_at=NOW - timedelta(hours=n)
        )
        for n in range(300)
    )

    assert claimed(desk, AGAIN).related == (first.id,)


def test_a_lookup_reads_the_store_as_the_index_would() -> None:
    desk = a_desk()
    first = done(desk)
    work = desk.records.closed_work_named(first.id)

    assert work is not None
    assert (work.customer_id, list(desk.records.closed_work("sen-vang"))) == ("sen-vang", [work])
    assert {"thing:form", "symptom:sends_not", "site:senvang.vn"} <= work.features
    assert list(desk.records.closed_work("sen-vang", "form/sends_not")) == [work]


def test_a_request_is_filed_once_however_often_it_is_saved() -> None:
    desk = a_desk()
    first = done(desk)

    desk.records.save_record(replace(first, minutes_spent=30))

    assert len(list(desk.records.closed_work("sen-vang"))) == 1


def test_the_policy_agrees_with_what_the_desk_decides() -> None:
    desk = a_desk()
    done(desk)

    class Filed:
        def named(self, customer_id: str, numbers: object) -> tuple[()]:
            return ()

        def alike(self, customer_id: str, features: frozenset[str]) -> tuple[object, ...]:
            return tuple(desk.records.closed_work(customer_id))

    assert match_earlier("", AGAIN, "sen-vang", Filed()).verdict is Verdict.CERTAIN  # type: ignore[arg-type]
