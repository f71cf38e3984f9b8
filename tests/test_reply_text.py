"""What a person newly wrote: quotations, attribution lines, header blocks and signatures go, every new word stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.mail.forwards import forwarded, is_forward_subject
from worker.mail.html_quotes import mark_quotes
from worker.mail.html_text import html_to_text
from worker.mail.message import Message, read_message
from worker.mail.reply_text import Writing, new_text, new_text_of, quoted_history, strip_closing, writing_of
from worker.model import Address

MAILS = Path(__file__).parent / "mails"

ANSWER = "Vâng em, chốt vậy nhé."


def squeezed(text: str) -> str:
    return " ".join(text.split())


def mail(name: str) -> Message:
    return read_message((MAILS / f"r-{name}.eml").read_bytes())


# ---- marks of many programs and languages ---------------------------------------------------------------------------

ATTRIBUTIONS = [
    "Vào Th 6, 13 thg 3, 2026 lúc 10:31 Linh VINNO <linh@vinno.example> đã viết:",
    "Vào Th 2, 16 thg 3, 2026 vào lúc 11:00 Phương - VINNO <phuong@vinno.example> đã viết:",
    "Vào 10:14 SA, 18/03/2026, VINNO <hotro@vinno.example> viết:",
    "Vào ngày 5 tháng 3 năm 2026 lúc 10:00, Linh đã viết:",
    "Ngày 13/03/2026 10:31, Linh VINNO <linh@vinno.example> đã viết:",
    "Vào 2025-10-22 08:10, VINNO Support đã viết:",
    "Vao 10:14, 18/03/2026, VINNO <hotro@vinno.example> da viet:",
    "Linh VINNO <linh@vinno.example> đã viết vào Th 6, 13 thg 3, 2026 lúc 10:31:",
    "---- Vào Th 4, 22 thg 10 2025 09:02:11 +0700 VINNO <hotro@vinno.example> đã viết ----",
    "Vào Th 6, 13 thg 3, 2026 lúc 10:31 Linh VINNO <\nlinh@vinno.example> đã viết:",
    "---- On Wed, 22 Oct 2025 09:02:11 +0700 VINNO <hotro@vinno.example> wrote ---",
    "On Wed, Jun 5, 2024 at 10:00 AM John Smith <j@x.example> wrote:",
    "On Wed, Jun\n5, 2024 at 10:00 AM John Smith <j@x.example> wrote:",
    "On Wed, Jun 5, 2024 at 10:00 AM\nJohn Smith <j@x.example>\nwrote:",
    "On Thu, Nov 6, 2025 at 8:15 AM Hoa Tran\n\n<\nmailto:Hoa Tran <hoa@x.example>\n> wrote:",
    "On 05/06/2024 10:00, John Smith wrote:",
    "At 11/6/2025 08:15 AM, you wrote:",
    "Le mer. 5 juin 2024 à 10:00, Jean <j@x.example> a écrit :",
    "Am Mi., 5. Juni 2024 um 10:00 Uhr schrieb Hans <h@x.example>:",
    "Am 05.06.2024 um 10:00 schrieb Hans Muster:",
    "El mié, 5 jun 2024 a las 10:00, Juan (<j@x.example>) escribió:",
    "Em qua., 5 de jun. de 2024 às 10:00, Joao <j@x.example> escreveu:",
    "Il giorno mer 5 giu 2024 alle ore 10:00 Gio <g@x.example> ha scritto:",
    "Op wo 5 jun 2024 om 10:00 schreef Jan <j@x.example>:",
    "Den ons. 5. jun. 2024 kl. 10.00 skrev Per <p@x.example>:",
    "ons 5 juni 2024 kl. 10:00 skrev Per <p@x.example>:",
    "ke 5. kesäk. 2024 klo 10.00 Matti (m@x.example) kirjoitti:",
    "śr., 5 cze 2024 o 10:00 Jan <j@x.example> napisał(a):",
    "W dniu 05.06.2024 o 10:00, Jan Kowalski pisze:",
    "st 5. 6. 2024 v 10:00 odesílatel Jan <j@x.example> napsal:",
    "ср, 5 июн. 2024 г. в 10:00, Иван <i@x.example>:",
    "05.06.2024 10:00, Иван Петров пишет:",
    "ср, 5 черв. 2024 р. о 10:00 Іван <i@x.example> пише:",
    "2024年6月5日(水) 10:00 山田 <y@x.example>:",
    "2024년 6월 5일 (수) 오전 10:00, 김 <k@x.example>님이 작성:",
    "王 <w@x.example> 于2024年6月5日周三 10:00写道：",
    "Zitat von Hans <h@x.example>:",
]
SEPARATORS = [
    "-----Original Message-----",
    "*------ Original Message ------*",
    "-------- Tin nhắn gốc --------",
    "----- Thư gốc -----",
    "-----Oprindelig meddelelse-----",
    "-------- Исходное сообщение --------",
    "##- Trả lời phía trên dòng này -##",
    "##- Please type your reply above this line -##",
]
HEADER_BLOCKS = [
    "________________________________\nTừ: VINNO <hotro@vinno.example>\nĐã gửi: Thứ Tư, 22 Tháng Mười 2025\nĐến: A\nChủ đề: X",
    "Từ: VINNO\nĐã gửi: Thứ Tư, 22 Tháng Mười 2025 09:02\nTới: Kỹ thuật\nChủ đề: Form",
    "From: VINNO <h@v.example>\nSent: Wednesday\nTo: A; B; C <c@x.example>;\n D <d@x.example>\nCc: E\nSubject: Form",
    "*From:* VINNO <h@v.example>\n*Sent:* Wednesday\n*To:* A\n*Subject:* Form",
    "Gesendet: Mittwoch, 22. Oktober 2025 um 09:02\nVon: VINNO <h@v.example>\nAn: a@x.example\nBetreff: Form",
    "De : VINNO <h@v.example>\nEnvoyé : mercredi 22 octobre 2025 09:02\nÀ : A\nObjet : Form",
    "Da: VINNO <h@v.example>\nData: 22 ottobre 2025\nA: A\nOggetto: Form",
    "Från: VINNO [mailto:h@v.example]\nSkickat: den 6 november 2025 08:15\nTill: x@y.example\nÄmne: Form",
    "Date: Thu, 6 Nov 2025 08:15:00 +0700\nTo: a@x.example",
    "差出人: VINNO <h@v.example>\n送信日時: 2025年10月22日 9:02\n宛先: A\n件名: Form",
    "发件人: VINNO <h@v.example>\n发送时间: 2025年10月22日 9:02\n收件人: A\n主题: Form",
]


@pytest.mark.parametrize("quotation", ["Thư cũ.\nDòng hai.", "> Thư cũ.\n> Dòng hai.", "\n> Thư cũ.\n> Dòng hai."])
@pytest.mark.parametrize("mark", [*ATTRIBUTIONS, *SEPARATORS, *HEADER_BLOCKS])
def test_what_stands_above_a_mark_is_the_reply(mark: str, quotation: str) -> None:
    assert new_text(f"{ANSWER}\n\n{mark}\n{quotation}\n") == ANSWER


@pytest.mark.parametrize("mark", ATTRIBUTIONS)
def test_an_answer_below_a_quotation_is_kept(mark: str) -> None:
    assert new_text(f"{mark}\n> Thư cũ.\n> Dòng hai.\n\n{ANSWER}") == ANSWER


def test_answers_between_quotations_are_kept_without_the_quotations() -> None:
    text = "On 05/06/2024 10:00, John wrote:\n> Mấy giờ?\n10 giờ.\n> Ở đâu?\nỞ quán cũ.\n> Cảm ơn"

    assert new_text(text) == "10 giờ.\nỞ quán cũ."


def test_a_reply_on_the_line_of_the_attribution_is_kept() -> None:
    assert new_text("ok em --- On Thu, Nov 6, 2025 at 8:15 AM, hoa@x.example wrote:\n> Chào") == "ok em"


def test_an_unmarked_mail_under_a_first_attribution_is_kept() -> None:
    text = "On 6 Nov 2025 08:15, Hoa <hoa@x.example> wrote:\n\nThe gallery is empty.\nSince last night."

    assert "The gallery is empty." in new_text(text)


def test_the_end_of_a_wrapped_quotation_goes_with_it() -> None:
    long = "> " + "Dòng này của thư cũ rất dài nên chương trình thư đã ngắt nó ra làm hai, và phần"
    text = f"Vào 22/10/2025 09:02, VINNO đã viết:\n{long}\nsau thì rơi lại\n> không có dấu.\n\n{ANSWER}"

    assert new_text(text) == ANSWER


def test_a_piece_of_a_link_between_quoted_lines_goes_with_them() -> None:
    text = f"{ANSWER}\n\nOn 05/06/2024 10:00, John wrote:\n> Xem (http://x.example/don-hang\n?ma=1042)\n> Bye"

    assert new_text(text) == ANSWER


# ---- what must not be lost ------------------------------------------------------------------------------------------

KEPT = [
    "On Monday the site was down again.\nPlease look.",
    "On 5 March 2026 at 10:00 we saw this error:\nERR_CONNECTION",
    "Vào trang quản trị thì báo lỗi như sau:\nError 500",
    'Vào lúc 10:30 sáng nay khách có viết:\n"shop ơi lỗi rồi"\nEm xem giúp.',
    "Vào ngày 5/3/2026 bên em đã viết:\nsẽ xong trong tuần. Vậy mà chưa xong.",
    "Từ: Hà Nội\nĐến: Đà Nẵng\nNgày: 20/3\nNhờ em sửa lịch tour trên web.",
    "Em sửa thông tin liên hệ:\n\nCông ty TNHH Hoa Sen\nĐịa chỉ: 12 Lê Lợi, Huế\nĐiện thoại: 0234 3812 345",
    "Sent from my desk this morning: the files you asked for are in the folder and please use them.",
    "Thông tin cũ\n---\nThông tin mới: giá 500.000đ\n---\nEm đổi giúp chị.",
    "Thanks, the form works now. One more thing: the phone number is wrong.\nPlease change it.",
    "Chào em,\n\nWeb chị bị lỗi -- không vào được -- từ sáng nay.\n\nCảm ơn em",
    "Best,\nJohn\n\nPS: please also check the shop page, it shows old prices.",
    "Trân trọng,\nHoa\n0912345678\n\nTB: nhớ đổi luôn ảnh bìa nhé em.",
    "The customer wrote:\nit does not work",
    "<a@b.example>: host mx.b.example[192.0.2.1] said:\n550 5.1.1 User unknown\nEm xem giúp chị lỗi này.",
    "Em đọc mail này của khách rồi sửa giúp chị:\n\n> Trang đặt phòng ghi sai giá, tôi rất thất vọng.",
    "> Tên miền sẽ bị tạm ngưng ngày 15.\n",
    "Sent from my desk, it is much easier than from my mobile phone.",
    "Xem ở đây nhé\n>>> http://khach.example <<<\nrồi báo lại chị",
    "| Tên | Giá |\n| A | 100 |",
    "Cảm ơn em",
]


@pytest.mark.parametrize("text", KEPT)
def test_an_ordinary_text_is_kept_whole(text: str) -> None:
    assert new_text(text) == text.strip()


def test_a_header_block_pasted_into_a_new_mail_is_kept() -> None:
    text = "Khách báo lỗi:\n\nFrom: A <a@x.example>\nSent: Monday\nTo: B\nSubject: Error\n\nThe page is blank."

    assert new_text(text, Writing.FRESH) == text


def test_unattributed_quotations_of_a_reply_are_history() -> None:
    assert new_text("Dạ được.\n\n> Anh gửi file nhé", Writing.REPLY) == "Dạ được."


def test_where_nothing_is_left_everything_is_shown() -> None:
    text = "Vào 22/10/2025 09:02, VINNO đã viết:\n> Thư cũ."

    assert new_text(text) == text


# ---- signatures and closing words -----------------------------------------------------------------------------------

SIGNATURES = [
    "-- \nNguyễn Văn A\nGiám đốc",
    "--\nTrần Bảo Ngọc\nKỹ thuật viên – VINNO",
    "---\nNguyễn Thị Hoa\nKế toán trưởng\nĐT: 0912 345 678",
    "Trân trọng,\nVõ Hoàng Long\nGiám đốc - Cty CP Dược Trường Sơn",
    "Kính thư,\n\nPhạm Văn B\nTrưởng phòng Hành chính\nCông ty TNHH ABC\nĐC: 12 Lê Lợi, Q1",
    "Best regards,\nJohn Smith\nSales Manager\nT: +84 28 3812 3456\nwww.example.com",
    "Đã gửi từ iPhone của tôi",
    "Gửi từ điện thoại Xiaomi của tôi",
    "Đã gửi từ điện thoại Samsung Galaxy của tôi.",
    "Tải Outlook cho iOS",
    "Nhận Outlook dành cho Android",
    "Sent from my iPhone",
    "Get Outlook for Android<https://aka.ms/AAb9ysg>",
    "Sent from Mail for Windows 10",
    "Envoyé de mon iPhone",
    "Von meinem iPhone gesendet",
    "iPhoneから送信",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_goes(signature: str) -> None:
    assert new_text(f"{ANSWER}\n\n{signature}") == ANSWER


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_above_the_quotation_goes(signature: str) -> None:
    assert new_text(f"{ANSWER}\n\n{signature}\n\nVào 22/10/2025 09:02, VINNO đã viết:\n> Thư cũ.") == ANSWER


CLOSINGS = [
    ("Em cảm ơn chị.", "Em cảm ơn chị."),
    ("Cảm ơn em", "Cảm ơn em"),
    ("Rgds,\nNgọc", ""),
    ("Regards, Minh", ""),
    ("Trân trọng,\nHoa", ""),
    ("Best regards\n\nHoa Tran", ""),
    ("Gabriele Rossi\nPurchasing Coordination", ""),
    ("Chị Nguyệt", ""),
    ("Đồng ý", "Đồng ý"),
    ("Done", "Done"),
]


@pytest.mark.parametrize(("closing", "left"), CLOSINGS)
def test_closing_words_stay_in_the_new_text_and_go_on_request(closing: str, left: str) -> None:
    text = f"{ANSWER}\n\n{closing}"

    assert new_text(text) == text
    assert strip_closing(text) == f"{ANSWER}\n\n{left}".strip()


def test_a_mail_that_is_only_a_closing_is_kept() -> None:
    assert strip_closing("Cảm ơn em,\nHoa") == "Cảm ơn em,\nHoa"


# ---- whole mails ----------------------------------------------------------------------------------------------------

REPLIES = {
    "gmail-vi": "Chị đồng ý với báo giá này, em cho làm luôn nhé. Khi nào xong em nhắn chị một tiếng. Cảm ơn em",
    "gmail-en-answers-between": "XS and XXL, on every T-shirt page. Since the update last Thursday.",
    "gmail-mobile-vi-wrapped": "Vẫn chưa được em ơi, gửi đi 1 lúc nó lại trả về.",
    "outlook-vi-desktop": (
        "Chào em, Trước khi trả lời đồng ý hay không, anh cần biết mã nguồn thuộc về ai nếu sau này ngưng hợp đồng."
    ),
    "outlook-en-original-message": (
        "Thank you for the quick answer. Is this included in our yearly fee, or will there be an invoice? "
        "Last year we were surprised. Marek Halong Kayak Co."
    ),
    "outlook-mobile-vi": "Giá thì thôi chị không kỳ kèo, em tặng thêm phần đánh giá sao thì chị ký.",
    "apple-mail-vi": "Ảnh phòng Suite lấy trong thư mục em chia sẻ hôm trước nhé. Vy",
    "iphone-vi": "Phần này miễn phí thì làm, còn tính tiền thì bên chú không làm đâu cháu.",
    "zimbra-vi": "Bản ghi TXT đã thêm lúc 13h30, nhờ VINNO kiểm tra lại giúp.",
    "zoho-vi": "Chị lấy file PDF nhé.",
    "yahoo-vi": "Đăng luôn bài thứ hai giúp anh nha.",
    "samsung-vi": "Sửa giá xi măng thành 92 ngàn một bao.",
    "xiaomi-vi": "Oke em, chốt. Trước khi làm gửi chị xem mẫu cái đã.",
    "thunderbird-vi-below": "Nó quay mãi không dừng, chờ 5 phút cũng vậy.",
    "roundcube-vi": "Chị gửi em ở file đính kèm hôm qua rồi đó.",
    "only-thanks-vi": "Cảm ơn em",
    "html-indent-is-no-quote": "Em đổi khẩu hiệu trang chủ thành câu này: Hương vị quê nhà Cảm ơn em",
    "person-gone-this-weekend": (
        "Hi Linh, I am gone this weekend and back on Monday, so please change the banner before Friday evening. "
        "The new picture is in the shared folder. Gabriele"
    ),
}


@pytest.mark.parametrize(("name", "new"), REPLIES.items(), ids=REPLIES)
def test_the_reply_as_its_mail_program_writes_it(name: str, new: str) -> None:
    assert squeezed(new_text_of(mail(name))) == new


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing-but-quote", "Báo giá của anh chị"),
        ("person-quotes-bounce-vi", "purchase@oceanlink.example"),
        ("person-forwards-newsletter", "Flash sale tháng 3"),
        ("forward-outlook-vi", "mã lỗi 1006"),
        ("forward-apple-vi", "không nhận được thư nữa"),
    ],
)
def test_what_the_sender_wants_looked_at_is_kept(name: str, words: str) -> None:
    assert words in new_text_of(mail(name))


def test_the_history_that_was_cut_can_be_shown() -> None:
    text = f"{ANSWER}\n\nVào 22/10/2025 09:02, VINNO đã viết:\n> Thư cũ."

    assert quoted_history(text) == "Vào 22/10/2025 09:02, VINNO đã viết:\n> Thư cũ."


@pytest.mark.parametrize(
    ("subject", "writing"),
    [
        ("Re: Báo giá", Writing.REPLY),
        ("TL: Báo giá", Writing.REPLY),
        ("Trả lời: Báo giá", Writing.REPLY),
        ("Fwd: Báo giá", Writing.FORWARD),
        ("CT: Báo giá", Writing.FORWARD),
        ("Chuyển tiếp: Re: Báo giá", Writing.FORWARD),
        ("Re: Fwd: Báo giá", Writing.REPLY),
        ("Báo giá", Writing.FRESH),
    ],
)
def test_the_outermost_prefix_of_the_subject_tells_reply_from_forward(subject: str, writing: Writing) -> None:
    assert writing_of(Message(headers=(("subject", subject),))) is writing


# ---- structure of HTML ----------------------------------------------------------------------------------------------


def written(source: str) -> str:
    marked = mark_quotes(source)
    assert marked is not None
    return new_text(html_to_text(marked).text, Writing.REPLY)


@pytest.mark.parametrize(
    "quotation",
    [
        '<div class="protonmail_quote">On Fri, X wrote:<br><blockquote type="cite">cũ</blockquote></div>',
        '<div id="yahoo_quoted_7" class="yahoo_quoted"><div>X viết</div><div>cũ</div></div>',
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>X:</b> Y</div><div>cũ</div>',
        '<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__">?</div><div>cũ</div>',
        '<div class="moz-cite-prefix">Ein unbekannter Satz<br></div><blockquote type="cite"><p>cũ</p></blockquote>',
        '<div name="messageReplySection">cũ</div>',
        '<div class="gmail_signature">Nguyễn Văn A<br>0912345678</div>',
    ],
)
def test_a_container_of_a_mail_program_is_left_out(quotation: str) -> None:
    assert written(f"<html><body><div>{ANSWER}</div>{quotation}</body></html>") == ANSWER


def test_answers_inside_the_wrapper_of_gmail_are_kept() -> None:
    source = (
        '<div class="gmail_quote"><div class="gmail_attr">On Fri, X &lt;x@y.example&gt; wrote:<br></div>'
        '<blockquote class="gmail_quote">một?</blockquote><div>Một.</div>'
        '<blockquote class="gmail_quote">hai?</blockquote><div>Hai.</div></div>'
    )

    assert written(source) == "Một.\nHai."


def test_html_without_marks_of_a_program_is_left_alone() -> None:
    assert mark_quotes("<p>Chào em</p><blockquote style='border:none'>x</blockquote>") is None


def test_a_forward_in_html_is_left_alone() -> None:
    source = '<div>x</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------</div>y</div>'

    assert mark_quotes(source) is None


# ---- forwards -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sender", "subject", "words"),
    [
        (
            "person-forwards-newsletter",
            ("uudai@shop.example", "Shop Điện Máy"),
            "Flash sale tháng 3: giảm đến 50%",
            "Mua ngay",
        ),
        ("forward-outlook-vi", ("minh.pham@tourviet.example", "Phạm Văn Minh"), "Lỗi thanh toán trên web", "1006"),
        ("forward-attached", ("hong@maymac.example", "Lê Thị Hồng"), "Web không vào được", "503"),
        ("forward-apple-vi", ("hai@thuysan.example", "Trần Hải"), "Hộp thư đầy", "kinhdoanh@"),
    ],
)
def test_the_mail_inside_a_forward_is_read(name: str, sender: tuple[str, str], subject: str, words: str) -> None:
    inner = forwarded(mail(name))

    assert inner is not None
    assert inner.sender == Address(*sender)
    assert inner.subject == subject
    assert words in inner.text
    assert ">" not in inner.text


@pytest.mark.parametrize("name", [*REPLIES, "bounce-qmail", "bounce-vnpt-postfix-vi"])
def test_a_reply_and_a_bounce_forward_nothing(name: str) -> None:
    assert forwarded(mail(name)) is None


def test_a_subject_without_a_prefix_is_no_forward() -> None:
    assert not is_forward_subject("Chuyển tiếp thư sang hộp mới")


# ---- whatever arrives -----------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [*ATTRIBUTIONS, *SEPARATORS, *HEADER_BLOCKS, *SIGNATURES, "> cũ", ">", "", ANSWER, "---", "Cảm ơn,"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=40)), max_size=12).map("\n".join))
def test_a_text_is_never_emptied_and_a_new_text_has_no_words_of_its_own(text: str) -> None:
    new = new_text(text)

    assert bool(new.strip()) == bool(text.strip())
    assert set(new.split()) <= set(text.split()) | {piece.strip("-–— \t") for piece in text.split()}
    assert bool(strip_closing(new).strip()) == bool(new.strip())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(KEPT), min_size=1, max_size=3).map("\n\n".join))
def test_what_is_new_stays_new_when_it_is_read_again(text: str) -> None:
    assert new_text(new_text(text)) == new_text(text)


@pytest.mark.parametrize(
    "order", ["thời gian: 50p", "xong\nthời gian: 50p", "ngày: mai", "chủ đề: x", "subject: the shop"]
)
@pytest.mark.parametrize("between", ["\n", "\n\n", "\n________________________________\n"])
def test_an_order_that_looks_like_a_header_stays_above_the_quoted_headers(order: str, between: str) -> None:
    quoted = (
        "Từ: VINNO Hỗ trợ <hotro@vinno.example>\nĐã gửi: Thứ Hai, 23 tháng 11, 2026 09:00\n"
        "Tới: Tuấn <tuan@vinno.example>\nChủ đề: [VN-1001] Yêu cầu mới\n\nThư cũ."
    )

    assert new_text(f"{order}{between}{quoted}") == order
