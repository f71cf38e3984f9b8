"""What staff write for a newsletter is made safe, keeps its formatting, and has a text twin worth reading."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.mail.newsletter_content import (
    Content,
    ContentError,
    from_html,
    from_markdown,
    html_with_marks,
    read_front_matter,
    sanitised,
    unknown_placeholders,
    with_marks,
)
from worker.mail.newsletter_mime import Marks, Slot
from worker.model import Attachment, Language

VI = Language.VI
HOSTILE = [
    "<script>alert(1)</script>xin chào",
    '<img src=x onerror="alert(1)">xin chào',
    '<a href="javascript:alert(1)">xin chào</a>',
    '<a href="JaVa\tScript:alert(1)">xin chào</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">xin chào</a>',
    '<div style="background:url(javascript:alert(1))">xin chào</div>',
    '<div style="position:fixed;top:0;width:100%;height:100%">xin chào</div>',
    "<iframe src=https://evil.example></iframe>xin chào",
    "<form action=https://evil.example><input name=password></form>xin chào",
    "<svg onload=alert(1)>xin chào</svg>",
    "<math><mtext></p><img src onerror=alert(1)></math>xin chào",
    "<style>*{display:none}</style>xin chào",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>xin chào",
    "<base href=https://evil.example>xin chào",
    "<!--[if mso]><script>alert(1)</script><![endif]-->xin chào",
    '<p title="x" onclick="alert(1)">xin chào</p>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>xin chào",
    '"><script>alert(1)</script>xin chào',
]
ACTS = re.compile(
    r"<(?:script|iframe|form|input|svg|style|meta|base|object|embed)\b|<[^>]*\son\w+\s*=|<[^>]*(?:javascript|vbscript|data):"
    r"|<[^>]*style=[^>]*(?:position\s*:|url\()",
    re.IGNORECASE,
)


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_html_of_a_mail_program_is_inert(source: str) -> None:
    content = from_html(source, "Bản tin", VI)

    assert not ACTS.search(content.html)
    assert "xin chào" in content.text


@pytest.mark.parametrize(
    "source", [*HOSTILE, "[xin chào](javascript:alert(1))", "![xin chào](data:image/png;base64,xx)\n\nxin chào"]
)
def test_hostile_markdown_is_inert(source: str) -> None:
    assert not ACTS.search(from_markdown(source, "Bản tin", VI).html)


@given(st.text(alphabet="<>\"'=/ abcimgonerrhefjvsptylxlk:;()&#x10;\n`[]!*", max_size=200))
def test_no_text_becomes_something_that_acts(source: str) -> None:
    for made in (sanitised(source), sanitised(sanitised(source))):
        assert not ACTS.search(made)
    try:
        content = from_markdown(source, "Bản tin", VI)
    except ContentError:
        return
    assert not ACTS.search(content.html)


@pytest.mark.parametrize("name", ["{{ 7*7 }}", "{% include 'x' %}", "{{ten}}", "{{ config.items() }}"])
def test_a_template_in_customer_data_is_text(name: str) -> None:
    marks = Marks.for_content("x")
    filled = html_with_marks("<p>{{ten}}</p>", marks).replace(marks.of(Slot.NAME), name)

    assert html_with_marks("<p>{{ten}}</p>", marks) == f"<p>{marks.of(Slot.NAME)}</p>"
    assert filled == f"<p>{name}</p>"


def test_a_placeholder_inside_a_link_stays_what_it_is() -> None:
    marks = Marks.for_content("x")

    assert marks.nonce not in html_with_marks(
        sanitised('<a href="{{ten}}">x</a><a href="https://x.vn/?n={{ten}}">y</a>'), marks
    )


@pytest.mark.parametrize("written", ["{{ten}}", "{{ Tên }}", "{{name}}"])
def test_a_name_can_be_written_in_several_ways(written: str) -> None:
    marks = Marks.for_content("x")

    assert with_marks(f"Chào {written}!", marks) == f"Chào {marks.of(Slot.NAME)}!"


def test_what_only_looks_like_a_placeholder_is_named() -> None:
    content = from_markdown("Chào {{ten}}, mã {{ma_khach}} của anh", "Bản tin", VI)

    assert unknown_placeholders(content) == ("{{ma_khach}}",)


def test_markdown_keeps_its_formatting_and_raw_html_in_it_is_shown_as_text() -> None:
    content = from_markdown(
        "# Chào\n\n**đậm** và <b>không</b>\n\n- một\n- hai\n\n| a | b |\n|---|---|\n| 1 | 2 |", "Bản tin", VI
    )

    assert "<strong>đậm</strong>" in content.html
    assert "&lt;b&gt;không&lt;/b&gt;" in content.html
    assert "<li>một</li>" in content.html
    assert "<td>1</td>" in content.html


def test_the_text_twin_writes_links_out() -> None:
    content = from_markdown(
        "Xem [trang tin](https://vinno.example/tin?a=1&b=2) hoặc <https://vinno.example>.\n\n- một\n- hai", "x y", VI
    )

    assert "trang tin (https://vinno.example/tin?a=1&b=2)" in content.text
    assert content.text.count("https://vinno.example") == 2
    assert "- một" in content.text or "• một" in content.text or "* một" in content.text


def test_formatting_of_a_mail_program_is_kept_where_it_says_something() -> None:
    source = (
        '<div style="font-family:Arial;font-size:10pt;color:#222222;background-color:white"><b>Chào</b> '
        '<span style="color:#d00000">đỏ</span> <span style="color: rgb(34, 34, 34)">đen</span>'
        '<p style="text-align:center">giữa</p></div>'
    )

    html = from_html(source, "Bản tin", VI).html

    assert "<b>Chào</b>" in html
    assert "#d00000" in html
    assert "text-align:center" in html.replace(" ", "")
    assert "font-family" not in html
    assert "background" not in html
    assert "222222" not in html
    assert "34" not in html


def test_pictures_of_the_mail_are_kept_and_trackers_and_foreign_ones_are_not() -> None:
    picture = Attachment("anh.png", "image/png", 4, "", inline=True, content_id="anh1", content=b"\x89PNG")
    source = (
        '<img src="cid:anh1" alt="ảnh"><img src="cid:khac"><img src="http://x.vn/a.png">'
        '<img src="https://x.vn/p.gif" width="1" height="1"><img src="https://x.vn/b.png" alt="b">xin chào'
    )

    content = from_html(source, "Bản tin", VI, (picture,))

    assert re.findall(r'src="([^"]*)"', content.html) == ["cid:anh1", "https://x.vn/b.png"]
    assert [one.content for one in content.pictures] == [b"\x89PNG"]


def test_what_was_taken_away_is_named() -> None:
    assert from_html("<script>x</script><form></form>xin chào", "Bản tin", VI).losses == ("form", "script")


@pytest.mark.parametrize(
    ("source", "subject"), [("", "Bản tin"), ("   \n", "Bản tin"), ("xin chào", "  "), ("x" * 300_000, "Bản tin")]
)
def test_content_without_text_or_subject_or_end_is_refused(source: str, subject: str) -> None:
    with pytest.raises(ContentError):
        from_markdown(source, subject, VI)


def test_content_comes_back_as_it_was_kept() -> None:
    picture = Attachment("anh.png", "image/png", 4, "", inline=True, content_id="anh1", content=b"\x89PNG")
    content = from_html('<img src="cid:anh1">xin chào', "Bản tin", VI, (picture,))

    assert Content.from_bytes(content.to_bytes()) == content


@pytest.mark.parametrize(
    ("source", "fields", "body"),
    [
        ("---\nsubject: Chào\nquảng cáo: no\n---\nXin chào", {"subject": "Chào", "quảng cáo": "no"}, "Xin chào"),
        ("---\r\nsubject: Chào\r\n---\r\nXin chào", {"subject": "Chào"}, "Xin chào"),
        ("---\nnhóm: [còn hợp đồng, dịch vụ hosting]\n---\n", {"nhóm": "còn hợp đồng, dịch vụ hosting"}, ""),
        ("Xin chào\n---\nkhông phải\n---", {}, "Xin chào\n---\nkhông phải\n---"),
    ],
)
def test_front_matter_is_read(source: str, fields: dict[str, str], body: str) -> None:
    found = read_front_matter(source)

    assert (dict(found.fields), found.body) == (fields, body)


@pytest.mark.parametrize(
    "source", ["---\n- a\n---\n", "---\na: [\n---\n", "---\n!!python/object/apply:os.system [ls]\n---\n"]
)
def test_front_matter_that_is_none_is_refused(source: str) -> None:
    with pytest.raises(ContentError, match="front matter"):
        read_front_matter(source)
