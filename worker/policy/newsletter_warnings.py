"""What makes a newsletter look like spam, or be cut off, before anybody gets it: told with the proof, never enforced."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from worker.policy.features import fold

_CLIPPED_AT = 102_000  # bytes of HTML at which Gmail cuts a mail off
_LONG_SUBJECT = 70
_HEAVY = 1_000_000
_LETTERS_TO_SHOUT = 10
_PROMISES = (
    "trung thuong", "cam ket 100", "mien phi 100", "click ngay", "bam ngay", "nhan ngay qua", "kiem tien", "vay tien",
    "co hoi cuoi", "duy nhat hom nay", "khong the bo lo", "sieu re", "soc", "act now", "click here now", "100% free",
    "risk free", "winner", "congratulations", "limited time", "guaranteed", "make money", "last chance",
)  # fmt: skip
_SHORTENERS = frozenset(
    {"bit.ly", "tinyurl.com", "goo.gl", "t.co", "ow.ly", "cutt.ly", "rb.gy", "is.gd", "shorturl.at"}
)
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_PICTURE = re.compile(r"<img\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_LOOKS_LIKE_LINK = re.compile(r"^(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:/\S*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """What is looked at: the subject, safe HTML, its text, the laid out HTML's bytes and those of the pictures."""

    subject: str
    html: str
    text: str
    laid_out_bytes: int
    picture_bytes: int = 0
    losses: tuple[str, ...] = ()
    unknown_placeholders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caution:
    """One warning in both languages."""

    vi: str
    en: str


def warnings_of(written: Written) -> tuple[Caution, ...]:
    """Everything worth a second look."""
    found = (check(written) for check in _CHECKS)
    return tuple(one for one in found if one is not None)


def _subject_is_long(written: Written) -> Caution | None:
    length = len(written.subject)
    if length <= _LONG_SUBJECT:
        return None
    return Caution(
        f"tiêu đề dài {length} ký tự, điện thoại chỉ hiện khoảng 40",
        f"the subject has {length} characters, phones show about 40",
    )


def _subject_shouts(written: Written) -> Caution | None:
    letters = [char for char in written.subject if char.isalpha()]
    is_loud = len(letters) >= _LETTERS_TO_SHOUT and sum(map(str.isupper, letters)) > len(letters) * 0.6
    if "!!" not in written.subject and not is_loud:
        return None
    return Caution(
        "tiêu đề viết hoa hoặc nhiều dấu chấm than: dễ bị lọc là thư rác",
        "the subject shouts (capitals or !!): filters mind",
    )


def _words_of_spam(written: Written) -> Caution | None:
    folded = fold(f"{written.subject} {written.text[:20_000]}")
    found = [one for one in _PROMISES if re.search(rf"\b{re.escape(one)}\b", folded)]
    if not found:
        return None
    words = ", ".join(found[:5])
    return Caution(f"từ ngữ mà bộ lọc thư rác chú ý: {words}", f"words that spam filters look for: {words}")


def _html_is_clipped(written: Written) -> Caution | None:
    if written.laid_out_bytes < _CLIPPED_AT:
        return None
    size = written.laid_out_bytes // 1000
    return Caution(f"HTML {size} kB: Gmail cắt thư trên 102 kB", f"{size} kB of HTML: Gmail clips mails above 102 kB")


def _pictures_are_heavy(written: Written) -> Caution | None:
    if written.picture_bytes < _HEAVY:
        return None
    size = written.picture_bytes / 1_000_000
    return Caution(f"ảnh {size:.1f} MB trong mỗi thư", f"{size:.1f} MB of pictures in every mail")


def _pictures_are_mute(written: Written) -> Caution | None:
    mute = [one for one in _PICTURE.findall(written.html) if not re.search(r'\salt="[^"]+"', one)]
    if not mute:
        return None
    return Caution(f"{len(mute)} ảnh không có chữ thay thế (alt)", f"{len(mute)} pictures without a text instead (alt)")


def _mostly_pictures(written: Written) -> Caution | None:
    if not _PICTURE.search(written.html) or len(written.text.split()) >= 40:
        return None
    return Caution(
        "gần như chỉ có ảnh: nhiều bộ lọc chặn, nhiều người không thấy gì",
        "hardly any text beside the pictures: filters block it",
    )


def _links_lie(written: Written) -> Caution | None:
    for link, shown in _LINK.findall(written.html):
        looks = _LOOKS_LIKE_LINK.match(html.unescape(_TAG.sub("", shown)).strip())
        leads = (urlsplit(html.unescape(link)).hostname or "").removeprefix("www.")
        if looks and leads and looks[1].lower().removeprefix("www.") != leads:
            return Caution(
                f"liên kết hiện {looks[1]} nhưng dẫn đến {leads}", f"a link shows {looks[1]} and leads to {leads}"
            )
    return None


def _links_are_hidden(written: Written) -> Caution | None:
    hosts = {(urlsplit(html.unescape(link)).hostname or "") for link, _ in _LINK.findall(written.html)}
    found = ", ".join(sorted(hosts & _SHORTENERS))
    return Caution(f"liên kết rút gọn: {found}", f"shortened links: {found}") if found else None


def _links_are_plain_http(written: Written) -> Caution | None:
    count = sum(link.startswith("http://") for link, _ in _LINK.findall(written.html))
    return Caution(f"{count} liên kết http không mã hoá", f"{count} links by plain http") if count else None


def _pictures_are_remote(written: Written) -> Caution | None:
    count = sum('src="https://' in one for one in _PICTURE.findall(written.html))
    if not count:
        return None
    return Caution(
        f"{count} ảnh nằm trên máy chủ web: nhiều chương trình thư không hiện, và máy chủ thấy ai đã mở",
        f"{count} pictures on a web server: many mail programs hide them, and the server sees who opened the mail",
    )


def _something_was_removed(written: Written) -> Caution | None:
    if not written.losses:
        return None
    names = ", ".join(written.losses)
    return Caution(f"đã bỏ vì không an toàn trong thư: {names}", f"removed, not safe in mail: {names}")


def _placeholders_are_unknown(written: Written) -> Caution | None:
    if not written.unknown_placeholders:
        return None
    names = ", ".join(written.unknown_placeholders)
    return Caution(
        f"không có trường này, khách sẽ thấy nguyên văn: {names}",
        f"no such field, readers will see it as it stands: {names}",
    )


_CHECKS: tuple[Callable[[Written], Caution | None], ...] = (
    _something_was_removed,
    _placeholders_are_unknown,
    _html_is_clipped,
    _subject_is_long,
    _subject_shouts,
    _words_of_spam,
    _links_lie,
    _links_are_hidden,
    _links_are_plain_http,
    _mostly_pictures,
    _pictures_are_mute,
    _pictures_are_remote,
    _pictures_are_heavy,
)
