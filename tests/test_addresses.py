"""Addresses as people and programs write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.mail.addresses import MOST_ADDRESSES, addresses_in, parse_addresses, parse_sender
from worker.model import Address

READ = {
    "plain": ("a@b.vn", [("a@b.vn", "")]),
    "named": ("Nguyễn Văn A <A@B.vn>", [("a@b.vn", "Nguyễn Văn A")]),
    "quoted comma": ('"Nguyễn, A" <a@b.vn>, c@d.vn', [("a@b.vn", "Nguyễn, A"), ("c@d.vn", "")]),
    "comma that nobody quoted": ("Công ty A, Phòng Kỹ thuật <kt@a.vn>", [("kt@a.vn", "Công ty A, Phòng Kỹ thuật")]),
    "colon that begins no group": ("Hỗ trợ: VINNO <s@v.vn>", [("s@v.vn", "Hỗ trợ: VINNO")]),
    "escaped quotes": (r'"A \"B\" C" <a@b.vn>', [("a@b.vn", 'A "B" C')]),
    "single quotes of Outlook": ("'Lan' <a@b.vn>", [("a@b.vn", "Lan")]),
    "the name is the address": ('"a@b.vn" <a@b.vn>', [("a@b.vn", "")]),
    "comment as name": ("a@b.vn (Trần B)", [("a@b.vn", "Trần B")]),
    "comment behind a name": ("Trần B (Công ty X) <a@b.vn>", [("a@b.vn", "Trần B (Công ty X)")]),
    "comments everywhere": ("pete(his account)@silly.test(his host)", [("pete@silly.test", "his account")]),
    "comment in the brackets": ("John <jdoe@machine(comment).  example>", [("jdoe@machine.example", "John")]),
    "group": ('Nhóm: a@b.vn, "B" <b@b.vn>;', [("a@b.vn", ""), ("b@b.vn", "B")]),
    "empty group": ("undisclosed-recipients:;", []),
    "semicolons of Outlook": ("a@b.vn; c@d.vn", [("a@b.vn", ""), ("c@d.vn", "")]),
    "route": ("<@r.vn,@s.vn:a@b.vn>", [("a@b.vn", "")]),
    "blanks in the brackets": ("A < a@b.vn >", [("a@b.vn", "A")]),
    "no brackets": ("Nguyễn Văn A a@b.vn", [("a@b.vn", "Nguyễn Văn A")]),
    "half a bracket": ("A <a@b.vn", [("a@b.vn", "A")]),
    "the other half": ("a@b.vn>", [("a@b.vn", "")]),
    "quote without end": ('"A <a@b.vn>', [("a@b.vn", "A")]),
    "mailto": ("A <mailto:a@b.vn>", [("a@b.vn", "A")]),
    "unicode": ("<nguyễn@tênmiền.vn>", [("nguyễn@tênmiền.vn", "")]),
    "quoted local part": ('"a b"@c.vn', [('"a b"@c.vn', "")]),
    "a local part that looks like an address": ('"sep@congty.vn"@evil.vn', [('"sep@congty.vn"@evil.vn', "")]),
    "two addresses in one place": ("A <a@b.vn> <c@d.vn>", [("a@b.vn", "A"), ("c@d.vn", "")]),
    "the same twice": ("a@b.vn, A@B.VN", [("a@b.vn", "")]),
    "no address": ("Moderator-Address", []),
    "empty": ("<>", []),
}


@pytest.mark.parametrize("case", READ, ids=str)
def test_addresses_are_read(case: str) -> None:
    value, expected = READ[case]

    assert [(address.email, address.name) for address in parse_addresses(value)] == expected


def test_the_domain_of_a_disguised_address_is_where_mail_would_go() -> None:
    assert parse_sender('"sep@congty.vn"@evil.vn').domain == "evil.vn"
    assert parse_sender("sep@congty.vn@evil.vn").domain == "evil.vn"


def test_a_sender_without_address_keeps_what_it_says() -> None:
    assert parse_sender('"Ban Giám đốc"') == Address("", "Ban Giám đốc")


def test_several_headers_give_each_address_once_in_order() -> None:
    assert addresses_in(["a@b.vn, c@d.vn", "C@d.vn, e@f.vn"]) == ("a@b.vn", "c@d.vn", "e@f.vn")


def test_a_header_of_thousands_is_read_as_far_as_the_limit() -> None:
    assert len(parse_addresses(", ".join(f"a{n}@b.vn" for n in range(3000)))) == MOST_ADDRESSES


@given(st.text(alphabet=st.sampled_from('ab@.,;:<>()"\\ \n\tễ'), max_size=80))
@settings(max_examples=500, deadline=None)
def test_any_value_gives_addresses_without_blanks_outside_quotes(value: str) -> None:
    for address in parse_addresses(value):
        assert "@" in address.email
        assert address.email == address.email.lower()
        assert address.email.startswith('"') or not set(address.email) & set(" \n\t<>,;()")
        assert "\n" not in address.name


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), max_size=40))
@settings(deadline=None)
def test_a_quoted_name_comes_back_as_it_was(name: str) -> None:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')

    (address,) = parse_addresses(f'"{escaped}" <a@b.vn>')

    assert address.email == "a@b.vn"
