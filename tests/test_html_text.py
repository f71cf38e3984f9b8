"""HTML as its reader sees it, what HTML hides, and plain text that is HTML."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.mail.html_text import html_to_text, looks_like_html
from worker.mail.plain_text import ENCRYPTED_NOTICE, enriched_to_text, unflow, without_html, without_pgp

SEEN = {
    "gmail's lines": ("<div>một</div><div><br></div><div>hai<br></div><div>ba</div>", "một\n\nhai\nba"),
    "paragraphs have a blank line between them": ("<p>một</p><p>hai</p>", "một\n\nhai"),
    "paragraphs of Word have none": (
        "<p class=MsoNormal>một</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>hai</p>",
        "một\n\nhai",
    ),
    "line breaks": ("a<br>b<br/>\n<br>c", "a\nb\n\nc"),
    "blanks collapse": ("  a \n\t b&nbsp; c ", "a b  c"),
    "letters of one word stay together": ("Xin <b>ch</b>ào, <i>a</i><u>b</u>", "Xin chào, ab"),
    "lists": ("<ul><li>x<li>y</ul><ol><li>một</li><li>hai</li></ol>", "- x\n- y\n1. một\n2. hai"),
    "tables": ("<table><tr><td>Tên<td>Giá</tr><tr><td>A</td><td>1</td></tr></table>sau", "Tên Giá\nA 1\nsau"),
    "preformatted": ("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"),
    "rules": ("a<hr>b", "a\n________________________________\nb"),
    "quotations": (
        "a<blockquote type=cite>b<br>c<blockquote>d</blockquote>e</blockquote>f",
        "a\n> b\n> c\n>> d\n>\n> e\n\nf",
    ),
    "indentation is no quotation": (
        '<blockquote style="margin:0 0 0 40px;border:none;padding:0px">a</blockquote>',
        "a",
    ),
    "character references": (
        "&lt;a&gt; &amp; &#8220;b&#8221; &eacute; &unknown; &#x1F600;",
        "<a> & “b” é &unknown; 😀",
    ),
    "references that are no characters": ("&#xD800;&#0;&#99999999999999999999;", "\ufffd\ufffd\ufffd"),
    "addresses that nobody escaped": ("A <a@b.vn> xem <https://b.vn/c>", "A <a@b.vn> xem <https://b.vn/c>"),
    "signs that begin no tag": ("1 < 2 > 0 <3", "1 < 2 > 0 <3"),
    "brackets inside attributes": ('<a title="a > b" href=x>c</a>d', "cd"),
    "comments and conditions": ("a<!-- b --><!--[if mso]><p>c</p><![endif]--><![if !mso]>d<![endif]>", "ad"),
    "a comment without end": ("a<!-- b", "a b"),
    "scripts, styles, titles": ("<title>t</title><style>p{}</style><script>x<y</script><SCRIPT>z</SCRIPT>a", "a"),
    "a style without end": ("<style>a", "a"),
    "smileys are pictures": ('chào <img alt="😀" src="x"> <img alt="Logo" src="y">', "chào 😀"),
    "fillers of newsletters": ("a\u200b\u200c\u034f\u00adb", "ab"),
    "no tags at all": ("chỉ chữ", "chỉ chữ"),
    "nothing": ("", ""),
    "a tag that is cut": ("a<b", "a"),
}


@pytest.mark.parametrize("case", SEEN, ids=str)
def test_a_reader_sees(case: str) -> None:
    source, expected = SEEN[case]

    assert html_to_text(source).text == expected
    assert html_to_text(source).hidden == ""


def test_letters_that_are_spelt_by_references_come_out_sound() -> None:
    assert html_to_text("che&#769; to&#7897;t&#1;").text == "ché toột"
    assert html_to_text("C&eacute;ng h&szlig;a x&middot; h&eacute;i Vi&Ouml;t Nam").text == "Cộng hòa xã hội Việt Nam"


HIDDEN = {
    "display none": '<div style="display: none">x</div>',
    "display none, nested": '<div style="display:none"><div>x</div></div>',
    "display none, behind a nested block": '<div style="display:none"><div></div>x</div>',
    "display none in a class": "<style>.p, .q{color:red;display:none!important}</style><span class='a p'>x</span>",
    "the hidden attribute": "<p hidden>x</p>",
    "hidden for Outlook alone": '<span style="mso-hide:all">x</span>',
    "visibility": "<span style='visibility:hidden'>x</span>",
    "opacity": "<span style=opacity:0>x</span>",
    "size zero": '<font style="font-size:0px;line-height:0">x</font>',
    "one pixel": '<span style="font-size:1px">x</span>',
    "white on white": '<span style="color:#FFFFFF">x</span>',
    "off the screen": '<div style="position:absolute;left:-9999px">x</div>',
    "a box without height": '<div style="max-height:0px;overflow:hidden">x</div>',
}


@pytest.mark.parametrize("case", HIDDEN, ids=str)
def test_what_html_hides_is_kept_apart(case: str) -> None:
    found = html_to_text(f"<p>trước</p>{HIDDEN[case]}<p>sau</p>")

    assert found.text == "trước\n\nsau"
    assert found.hidden == "x"


SHOWN = {
    "hidden on small screens": "<style>@media (max-width:600px){.m{display:none}}</style><span class=m>x</span>",
    "white on a dark ground": '<body style="background-color:#123456"><span style="color:#fff">x</span>',
    "white in a dark cell": '<table><tr><td bgcolor="#0055aa"><span style="color:white">x</span></td></tr></table>',
    "size zero around, a size inside": '<div style="font-size:0"><span style="font-size:14px">x</span></div>',
    "overflow hidden": '<div style="overflow:hidden">x</div>',
    "an attribute about hiding": '<div aria-hidden="false">x</div>',
    "a paragraph after a hidden one": '<p style="display:none"><p>x</p>',
}


@pytest.mark.parametrize("case", SHOWN, ids=str)
def test_what_only_looks_hidden_is_seen(case: str) -> None:
    found = html_to_text(SHOWN[case])

    assert (found.text, found.hidden) == ("x", "")


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>a</body></html>",
        "<!DOCTYPE html>\n<p>a",
        "\n<div>a</div><div>b</div>",
        "<p>a<br>b</p>",
        "<!-- x --><html>a",
    ],
)
def test_a_page_that_claims_to_be_plain_is_recognised(text: str) -> None:
    assert looks_like_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "chèn mã này: <script>x</script>",
        "<b> nghĩa là chữ đậm",
        "a < b > c",
        "<a@b.vn> viết: <p> và <div> và <br> là gì",
        "> <html>",
        "",
    ],
)
def test_words_about_code_are_no_page(text: str) -> None:
    assert not looks_like_html(text) or text.startswith("> ")


def test_a_page_inside_a_text_becomes_text_and_a_snippet_stays() -> None:
    page = "Lỗi gửi thư:\n\n<html><head></head><body><p>nội dung</p></body></html>\n\nhết"
    snippet = "Dán vào trang:\n<head>\n<script src='x'></script>\n<div id=a></div>\ncảm ơn"

    assert without_html(page) == "Lỗi gửi thư:\n\nnội dung\n\nhết"
    assert without_html(snippet) == snippet


# ---- flowed, enriched, PGP ------------------------------------------------------------------------------------------

FLOWED = {
    "lines join": ("một \nhai \nba\nbốn", "một hai ba\nbốn"),
    "a signature line does not flow": ("một\n-- \nhai", "một\n-- \nhai"),
    "stuffing goes": (" >một\n From", ">một\nFrom"),
    "quotations join within their depth": ("> một \n> hai\n>> ba \n> bốn", "> một hai\n>> ba\n> bốn"),
}


@pytest.mark.parametrize("case", FLOWED, ids=str)
def test_flowed_text_is_joined(case: str) -> None:
    source, expected = FLOWED[case]

    assert unflow(source, delsp=False) == expected


def test_delsp_takes_the_blank_away() -> None:
    assert unflow("日本 \n語", delsp=True) == "日本語"


def test_enriched_text_keeps_its_words() -> None:
    assert enriched_to_text("<color><param>red</param>đỏ</color>\n\n<<b> c\nd") == "đỏ\n<b> c d"


def test_an_encrypted_block_says_so() -> None:
    text = "Chào\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\nhết"

    assert without_pgp(text) == f"Chào\n{ENCRYPTED_NOTICE}\nhết"


def test_armour_without_end_loses_nothing_that_was_written() -> None:
    text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nnội dung"

    assert without_pgp(text) == text


# ---- any source -----------------------------------------------------------------------------------------------------

TAGS = "<|>|</|<!--|-->|=|&#|;|<div style=display:none>|</div>|<p>|<td>|<style>|<blockquote>|</blockquote>|<ol><li>|<pre>|</pre>"
MARKUP = st.sampled_from([*TAGS.split("|"), '"', "'", "chữ", " ", "\n", "<br>", "&nbsp;", "\ud7ff", "<a@b>"])


@given(st.lists(MARKUP, max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_source_gives_text(source: str) -> None:
    found = html_to_text(source)

    assert isinstance(found.text, str)
    assert not found.text.endswith("\n")


@given(
    st.lists(st.sampled_from(["<b>", "<i>", "<span class=a>", "<font color=red>", "chữ", "số 1 ", "ổ"]), max_size=30)
)
def test_inline_markup_never_changes_words(pieces: list[str]) -> None:
    words = "".join(piece for piece in pieces if not piece.startswith("<"))

    assert html_to_text("".join(pieces)).text == words.strip()
