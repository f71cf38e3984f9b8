"""What a proof warns of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from worker.policy.newsletter_warnings import Written, warnings_of

GOOD = Written(
    subject="Tư vấn nâng cấp website cho khách hàng lâu năm",
    html='<p>Xem <a href="https://vinno.example/tin">trang tin</a> <img src="cid:a" alt="ảnh"></p>',
    text="Xem trang tin để biết thêm chi tiết. " * 10,
    laid_out_bytes=9_000,
)


def test_a_plain_newsletter_is_warned_of_nothing() -> None:
    assert warnings_of(GOOD) == ()


@pytest.mark.parametrize(
    ("written", "warning"),
    [
        (replace(GOOD, subject="Tư vấn " * 15), "105 characters"),
        (replace(GOOD, subject="GIẢM GIÁ CỰC SỐC HÔM NAY"), "shouts"),
        (replace(GOOD, subject="Miễn phí!!!"), "shouts"),
        (replace(GOOD, text="Bấm ngay để trúng thưởng! " * 10), "trung thuong, bam ngay"),
        (replace(GOOD, laid_out_bytes=120_000), "120 kB"),
        (replace(GOOD, picture_bytes=2_500_000), "2.5 MB"),
        (replace(GOOD, html='<img src="cid:a">'), "without a text instead"),
        (replace(GOOD, text="Xem ảnh"), "hardly any text"),
        (
            replace(GOOD, html='<a href="https://evil.example/x">www.vinno.example</a>'),
            "shows www.vinno.example and leads to evil.example",
        ),
        (replace(GOOD, html='<a href="https://bit.ly/x">trang tin</a>'), "bit.ly"),
        (replace(GOOD, html='<a href="http://vinno.example">trang tin</a>'), "1 links by plain http"),
        (replace(GOOD, html='<img src="https://x.vn/a.png" alt="a">'), "on a web server"),
        (replace(GOOD, losses=("script",)), "removed, not safe in mail: script"),
        (replace(GOOD, unknown_placeholders=("{{ma}}",)), "{{ma}}"),
    ],
)
def test_it_is_warned_of(written: Written, warning: str) -> None:
    assert any(warning in one.en for one in warnings_of(written))
    assert all(one.vi and one.en for one in warnings_of(written))


def test_a_link_that_shows_where_it_leads_is_no_lie() -> None:
    assert warnings_of(replace(GOOD, html='<a href="https://www.vinno.example/tin">vinno.example/tin</a>')) == ()
