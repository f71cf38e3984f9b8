"""Warranty: the same thing wrong again is found however old it is; another fault, new work and praise are not."""

from __future__ import annotations

import pytest

from worker.policy.warranty import ClosedIndex, ClosedWork, Verdict, features_of, match_earlier

CERTAIN, CANDIDATES, OTHER, NONE = Verdict.CERTAIN, Verdict.CANDIDATES, Verdict.OTHER_FAULT, Verdict.NONE
MAYBE = {CANDIDATES, CERTAIN}
LOOK = {CANDIDATES, OTHER}
NOT_FREE = {CANDIDATES, OTHER, NONE}

FORM = "Form liên hệ trên hoasen.vn không gửi được, khách bấm gửi báo lỗi"
MAIL = "Hộp thư lienhe@hoasen.vn không nhận được mail nào từ sáng"
SIZE = "Bảng size áo dài bấm vào không bung ra"
BLANK = "Trang chủ senvang.vn trắng bóc, khách không vào được"
SSL = "hoasen.vn báo không bảo mật, chứng chỉ SSL hết hạn"
PAY = "Thanh toán MoMo báo lỗi 500 khi khách đặt hàng"
NEW_FORM = "Làm form đặt lịch tư vấn cho website"
BANNER = "Thay banner trang chủ theo file đính kèm"
CART_EN = "The checkout page shows error 500 when customers pay by card"
SLOW = "Web load chậm quá, quay hoài không ra"
PICS = "Hình sản phẩm trên điện thoại bị vỡ, lệch khung"

# (what it is, earlier work, the new mail, what may be decided)
PAIRS = [
    # the same thing again, with a claim
    ("form again, told shortly", [FORM], "Form liên hệ lại không gửi được rồi em", {CERTAIN}),
    ("form again, without marks", [FORM], "em oi form lien he lai bi loi khong gui duoc nua", {CERTAIN}),
    ("mailbox again", [MAIL], "Hộp thư lienhe@hoasen.vn lại không nhận được mail nữa em ơi", {CERTAIN}),
    (
        "fixed in March, back in November",
        [SIZE],
        "Bảng size bấm vô hắn không bung nữa. Hồi tháng 3 em Nhân sửa rồi",
        {CERTAIN},
    ),
    (
        "blank page, as last year",
        [BLANK],
        "Trang chủ lại trắng tinh y như hồi năm ngoái, khách không vào được",
        {CERTAIN},
    ),
    ("checkout in English", [CART_EN], "Checkout shows error 500 again, same as in spring", {CERTAIN}),
    ("earlier in Vietnamese, now in English", [PAY], "The MoMo payment fails with error 500 again", {CERTAIN}),
    ("slow again", [SLOW], "web lại chậm quay vòng vòng như lần trước em sửa", {CERTAIN}),
    ("pictures again", [PICS], "Hình sản phẩm trên điện thoại lại bị lệch khung nữa rồi", {CERTAIN}),
    ("certificate again", [SSL], "Web hoasen.vn lại báo không bảo mật, SSL hết hạn nữa rồi", {CERTAIN}),
    ("the same fault handled twice before", [FORM, FORM], "Form liên hệ lại không gửi được rồi em", {CERTAIN}),
    (
        "one of many jobs",
        [BANNER, SIZE, SLOW, FORM, PICS],
        "Form liên hệ của bên chị vẫn không gửi được như lần trước",
        {CERTAIN},
    ),
    ("claims warranty outright", [PAY], "Bảo hành giúp anh: thanh toán momo lỗi 500 lại xuất hiện", {CERTAIN}),
    ("still, in English", [MAIL], "We still don't receive any mail at lienhe@hoasen.vn", {CERTAIN}),
    (
        "you fixed it last month",
        [CART_EN],
        "You fixed the checkout last month, and now error 500 is back when paying",
        {CERTAIN},
    ),
    # the same thing again, no claim
    ("same words, place named", [FORM], "Form liên hệ trên hoasen.vn không gửi được, báo lỗi khi bấm gửi", MAYBE),
    ("same thing, place not named", [SIZE], "Bảng size bấm vào không bung ra", {CANDIDATES}),
    ("same thing in other words", [MAIL], "Hòm thư lienhe@hoasen.vn hôm nay chưa có thư nào về", MAYBE),
    # another fault at the same place
    ("form: another symptom", [FORM], "Form liên hệ trên hoasen.vn bị lệch, chồng lên chân trang", {OTHER}),
    ("mailbox: another symptom", [MAIL], "Hộp thư lienhe@hoasen.vn báo đầy dung lượng", LOOK),
    ("payment: another symptom", [PAY], "Trang thanh toán hiện sai giá sản phẩm", LOOK),
    (
        "says it is another fault",
        [FORM],
        "Form liên hệ không gửi được, nhưng lần này là lỗi khác lần trước em ạ",
        {OTHER},
    ),
    ("not the same problem", [CART_EN], "Checkout gives error 500, but it is not the same problem as before", {OTHER}),
    ("claims again, but another symptom", [SIZE], "Bảng size lại bị sai giá trị rồi em", LOOK),
    ("certificate at another site", [SSL], "Web senvang.vn lại báo không bảo mật", NOT_FREE),
    ("form at another site", [FORM], "Form liên hệ trên senvang.vn không gửi được", {NONE}),
    ("mailbox of another domain", [MAIL], "Hộp thư sales@senvang.vn không nhận được mail", {NONE}),
    # a first fault in something that we built or changed
    ("first fault of a form we built", [NEW_FORM], "Form đặt lịch tư vấn không gửi được", NOT_FREE),
    ("first fault of a banner we changed", [BANNER], "Banner trang chủ bị mất hình", NOT_FREE),
    (
        "broke after the upgrade",
        ["Nâng cấp WordPress cho website"],
        "Sau khi em nâng cấp thì giỏ hàng không chạy",
        NOT_FREE,
    ),
    # new work, however alike
    ("the same banner work once more", [BANNER], "Thay banner trang chủ theo file đính kèm giúp chị", {NONE}),
    ("another form, please", [NEW_FORM], "Làm thêm cho chị một form đặt lịch nữa", {NONE}),
    (
        "more of what was fixed",
        [FORM],
        "Form liên hệ em sửa chạy ngon rồi, giờ thêm cho chị ô ngày sinh",
        {NONE, OTHER},
    ),
    ("size chart: other sizes", [SIZE], "Em thêm size XXL vào bảng size giúp chị", {NONE}),
    ("a question about earlier work", [PAY], "Lần trước em sửa thanh toán momo thì đổi mã gì vậy?", NOT_FREE),
    ("again work of the same kind", ["Đăng 5 bài tin tức"], "Em lại đăng giúp chị 5 bài tin tức mới nhé", {NONE}),
    ("new mailbox", [MAIL], "Tạo thêm hộp thư ketoan@hoasen.vn cho nhân viên mới", {NONE}),
    # praise, thanks, what might be
    ("works well since", [SLOW], "Từ hồi em sửa web chạy tốt, không còn chậm nữa. Cảm ơn em", NOT_FREE),
    ("what if it comes back", [BLANK], "Nếu trang chủ lại trắng thì chị gọi ai?", NOT_FREE),
    (
        "afraid that it comes back",
        [PAY],
        "Chị sợ thanh toán momo lại lỗi 500 dịp Tết, có cách nào phòng không",
        NOT_FREE,
    ),
    # others' work
    ("another company had fixed it", [], "Form liên hệ bên khác sửa hồi tháng 3 giờ lại không gửi được", {NONE}),
    (
        "somebody else's repair of our field",
        [FORM],
        "Form liên hệ bên thiết kế cũ làm lại hôm trước giờ không gửi được",
        NOT_FREE,
    ),
    ("the customer repaired it", [SIZE], "Chị tự sửa bảng size nên giờ bấm không bung ra", NOT_FREE),
    # nothing earlier
    ("claims, but nothing is known", [], "Giỏ hàng lại lỗi như lần trước", {NONE}),
    ("claims, but only other things are known", [BANNER, MAIL], "Bảng giá lại hiện sai như lần trước", NOT_FREE),
    ("first time", [SLOW], "Lần đầu tiên bên chị bị lỗi chữ ô vuông trên web", NOT_FREE),
    ("an unrelated fault", [FORM], "Bộ lọc tìm kiếm không ra sản phẩm", {NONE}),
    ("an invoice question", [PAY], "Hoá đơn thanh toán tháng này bao nhiêu em?", {NONE}),
    # two that it could be
    (
        "two mailboxes failed before",
        [MAIL, MAIL.replace("lienhe", "sales").replace("hoasen", "senvang")],
        "Mail lại không nhận được như lần trước em",
        {CANDIDATES},
    ),
    (
        "two faults of one thing",
        [FORM, "Form liên hệ bị lệch trên điện thoại"],
        "Form liên hệ lại bị lỗi rồi em ơi",
        LOOK,
    ),
    (
        "two sites, one named",
        [FORM, FORM.replace("hoasen", "senvang")],
        "Form liên hệ senvang.vn lại không gửi được",
        {CERTAIN},
    ),
    # hard cases in telling
    (
        "angry and long",
        [PAY],
        "Anh mất khách rồi đó em! Cái thanh toán MoMo hôm trước tụi em nói sửa xong rồi, giờ khách gửi "
        "hình vẫn lỗi 500. Làm ăn vậy sao được!",
        {CERTAIN},
    ),
    ("sick of it", [SLOW], "Vẫn chậm. Lần thứ 3 rồi đó.", MAYBE | {NONE, OTHER}),
    ("only the claim, no thing", [FORM], "Lại bị nữa rồi em ơi", {NONE, CANDIDATES, OTHER}),
    ("English claim, other thing", [CART_EN], "The newsletter popup is broken again", {NONE}),
    ("symptom shared, thing not", [FORM], "Đăng nhập quản trị lại báo lỗi", {NONE}),
    ("thing shared, plain wish", [PICS], "Hình sản phẩm em đổi giúp chị sang nền trắng", NOT_FREE),
    (
        "two asks, one of them warranty",
        [FORM],
        "Form liên hệ lại không gửi được. Với lại làm thêm trang tuyển dụng.",
        {CERTAIN},
    ),
    (
        "told with words of its own",
        ["Tra cứu mã lô Walnut ra giá của Oak"],
        "Chọn Walnut nó lại show sai giá của Oak như lần đầu",
        MAYBE,
    ),
    ("hostile", [FORM], "x" * 50_000, {NONE}),
]  # fmt: skip


def closed(texts: list[str], customer: str = "hoa-sen") -> ClosedIndex:
    index = ClosedIndex()
    for number, text in enumerate(texts, 1):
        index.add(ClosedWork(f"VN-{number}", customer, features_of(text, "")))
    return index


@pytest.mark.parametrize(("earlier", "mail", "allowed"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_what_a_mail_has_to_do_with_earlier_work(earlier: list[str], mail: str, allowed: set[Verdict]) -> None:
    found = match_earlier("", mail, "hoa-sen", closed(earlier))

    assert found.verdict in allowed, found


def test_the_evidence_says_what_both_are_about() -> None:
    found = match_earlier("", "Form liên hệ lại không gửi được rồi em", "hoa-sen", closed([BANNER, FORM]))

    assert [one.id for one in found.candidates] == ["VN-2"]
    assert {"thing:form", "symptom:sends_not"} <= {one.fact for one in found.candidates[0].evidence}
    assert found.claimed


# ---- references -----------------------------------------------------------------------------------------------------------

NAMED = [
    ("names the number and complains", "VN-1 vẫn bị em ơi", (), {CERTAIN}),
    ("answers the completion letter", "Vẫn bị em ơi", ("VN-1",), {CERTAIN}),
    ("answers it after years, same symptom", "Form liên hệ không gửi được", ("VN-1",), {CERTAIN}),
    ("answers it with another fault", "Hộp thư báo đầy dung lượng", ("VN-1",), {OTHER}),
    ("answers it with another symptom", "Form liên hệ bị lệch trên điện thoại", ("VN-1",), {OTHER}),
    ("answers it with new work", "Làm thêm trang tuyển dụng cho chị", ("VN-1",), {NONE}),
    ("answers it and denies", "Không phải lỗi hôm trước đâu em, giờ đăng nhập không được", ("VN-1",), {OTHER}),
    ("names a number that is not theirs", "VN-77 lại bị lỗi", (), {NONE}),
    ("answers with a vague fault", "Giờ bị lỗi gì đó em xem giúp", ("VN-1",), {CANDIDATES}),
]


@pytest.mark.parametrize(("mail", "thread", "allowed"), [row[1:] for row in NAMED], ids=[row[0] for row in NAMED])
def test_a_mail_that_names_the_work(mail: str, thread: tuple[str, ...], allowed: set[Verdict]) -> None:
    assert match_earlier("", mail, "hoa-sen", closed([FORM]), thread).verdict in allowed


def test_the_classifier_may_say_that_it_is_a_claim() -> None:
    mail = "Bảng size bấm vào không bung ra"

    assert match_earlier("", mail, "hoa-sen", closed([SIZE])).verdict is CANDIDATES
    assert match_earlier("", mail, "hoa-sen", closed([SIZE]), claims=True).verdict is CERTAIN


MORE = [
    ("a new page", "Form liên hệ lại không gửi được rồi em. Làm thêm cho chị trang tuyển dụng.", True),
    (
        "a wish set apart",
        "Form liên hệ lại không gửi được. Nhân tiện chị gửi danh sách nhân viên để đưa lên web.",
        True,
    ),
    ("another picture", "Form liên hệ lại không gửi được, đổi giúp chị hình trang chủ luôn", True),
    ("a new page in English", "The contact form does not send again. Please also add a careers page.", True),
    ("a quote", "Form liên hệ lại không gửi được. Em báo giá giúp chị làm app đặt món.", True),
    ("nothing but the fault", "Form liên hệ lại không gửi được rồi em, nhờ em kiểm tra lại giúp chị", False),
    (
        "the fault told at length",
        "Form liên hệ lại không gửi được. Khách gọi hoài. Em sửa lại giúp chị sớm nhé.",
        False,
    ),
    ("two faults", "Form liên hệ lại không gửi được. Với lại bấm gửi nó cũng báo lỗi 500.", False),
    ("what it hinders", "Form liên hệ lại không gửi được nên chị không thêm được khách mới", False),
]


@pytest.mark.parametrize(("mail", "more"), [row[1:] for row in MORE], ids=[row[0] for row in MORE])
def test_a_wish_beside_the_fault_is_under_no_warranty(mail: str, more: bool) -> None:
    found = match_earlier("", mail, "hoa-sen", closed([FORM]))

    assert (found.verdict, found.asks_more) == (CERTAIN, more)


def test_another_customers_work_is_never_found() -> None:
    index = closed([FORM])

    assert match_earlier("", "Form liên hệ lại không gửi được rồi", "sen-vang", index).verdict is NONE
    assert match_earlier("", "VN-1 vẫn bị em ơi", "sen-vang", index, ("VN-1",)).verdict is NONE


# ---- the index --------------------------------------------------------------------------------------------------------------


def test_age_and_number_of_other_work_change_nothing() -> None:
    others = [f"{text} số {place}" for place in range(300) for text in (BANNER, "Đăng bài tin tức mới")]
    found = match_earlier("", "Form liên hệ lại không gửi được rồi em", "hoa-sen", closed([FORM, *others]))

    assert found.verdict is CERTAIN
    assert found.candidates[0].id == "VN-1"


def test_adding_a_request_twice_does_nothing() -> None:
    index = closed([FORM])
    before = match_earlier("", "Form liên hệ lại không gửi được", "hoa-sen", index)
    index.add(ClosedWork("VN-1", "hoa-sen", features_of(BANNER, "")))

    assert len(index) == 1
    assert match_earlier("", "Form liên hệ lại không gửi được", "hoa-sen", index) == before


def test_features_are_the_same_with_and_without_marks() -> None:
    marked, unmarked = features_of("Form liên hệ không gửi được", ""), features_of("Form lien he khong gui duoc", "")

    assert marked == unmarked
