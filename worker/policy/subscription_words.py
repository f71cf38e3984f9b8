"""Whether somebody asks in plain words for no more newsletters, or for newsletters: by link, by mail, in a reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from worker.policy.phrases import Found, Phrases, words_of

_SHORT = 12  # words: a mail that says hardly more than the refusal itself
_NOTHING_ELSE = 2
_BESIDE = 25  # words beside a refusal that are more than politeness: the mail asks for something else as well


class Wish(StrEnum):
    """What a mail says about newsletters."""

    NONE = "none"
    REFUSE = "refuse"
    SUBSCRIBE = "subscribe"


class _Word(StrEnum):
    PLAIN = "plain"  # refuses newsletters wherever it stands in a short mail
    IN_ANSWER = "in answer"  # refuses what is answered
    WHEN_SHORT = "when short"  # the same, where hardly anything else is said
    ALONE = "alone"  # refuses newsletters where nothing else is said at all
    NO_REFUSAL = "no refusal"  # the opposite: nothing in the mail refuses
    NEUTRAL = "neutral"  # looks like a refusal and is about something else
    SUBSCRIBE = "subscribe"
    NEWSLETTER = "newsletter"


@dataclass(frozen=True, slots=True)
class Said:
    """What a mail says about newsletters; `asks_more` where it seems to hold another matter, to be handled as well."""

    wish: Wish
    asks_more: bool = False


_WORDS: Mapping[_Word, str] = {
    _Word.PLAIN: """
        đừng gửi mail nữa, đừng gửi thư nữa, đừng gửi email nữa, đừng gửi bản tin, đừng gửi quảng cáo, đừng gửi thư quảng
        cáo, không gửi bản tin, không gửi thư quảng cáo, không nhận bản tin, không nhận thư quảng cáo, từ chối quảng cáo,
        hủy nhận bản tin, hủy nhận tin, hủy đăng ký nhận tin, hủy đăng ký bản tin, hủy đăng ký nhận, bỏ tôi ra khỏi danh
        sách, xóa tôi khỏi danh sách, đừng làm phiền, đừng spam, unsubscribe, unsubscribe me, opt out, remove me, take me
        off, stop emailing, no more emails, no more newsletters, no longer wish to receive, remove from list
    """,
    _Word.IN_ANSWER: """
        đừng gửi nữa, đừng gửi cho tôi nữa, đừng gửi cho em nữa, đừng gửi cho anh nữa, đừng gửi cho chị nữa, thôi đừng
        gửi, không gửi nữa, không gửi cho tôi nữa, ngừng gửi, ngưng gửi, dừng gửi, thôi gửi, không nhận nữa, không muốn
        nhận, không cần nhận, ngừng nhận, ngưng nhận, từ chối nhận, hủy nhận, xóa email của tôi, bỏ email của tôi, stop
        sending, stop these, do not send, don t send, dont send, do not want to receive, don t want to receive
    """,
    _Word.WHEN_SHORT: """
        từ chối, tc, stop, remove, hủy, không quan tâm, not interested, đừng gửi, thôi, cancel, hủy đăng ký, bỏ đăng ký,
        cancel subscription
    """,
    _Word.ALONE: """
        hủy đăng ký, bỏ đăng ký, cancel subscription
    """,
    _Word.NO_REFUSAL: """
        không hủy đăng ký, đừng hủy đăng ký, không muốn hủy, chưa hủy đăng ký, vẫn muốn nhận, do not unsubscribe, don t
        unsubscribe, don t stop sending, do not stop sending, don t remove me
    """,
    _Word.NEUTRAL: """
        không nhận được, chưa nhận được, không muốn nhận được mail, không từ chối, hủy đăng ký tên miền, hủy đăng ký
        hosting, hủy đăng ký dịch vụ, hủy đăng ký khóa học, hủy đăng ký tài khoản, từ chối nhận thư của, từ chối nhận mail
        của, đừng gửi nhầm, hủy đơn, thôi để, hủy tên miền, hủy dịch vụ
    """,
    _Word.SUBSCRIBE: """
        đăng ký nhận bản tin, đăng ký bản tin, đăng ký nhận tin, muốn nhận bản tin, nhận bản tin, nhận lại bản tin,
        subscribe, subscribe me, sign me up for the newsletter, receive your newsletter, get your newsletter
    """,
    _Word.NEWSLETTER: """
        bản tin, newsletter, newsletters, thư quảng cáo, email quảng cáo, mail quảng cáo, tin quảng cáo, qc, marketing
        emails, promotional emails, advertising
    """,
}
_PHRASES: Phrases[_Word] = Phrases.of(
    (phrase, word) for word, phrases in _WORDS.items() for phrase in phrases.split(",")
)


def said_about_newsletters(subject: str, text: str, *, answers_newsletter: bool) -> Said:
    """What a mail says about newsletters. In an answer to one, plain words are enough; elsewhere it must say what it
    refuses, or say nothing else, since "hủy đăng ký" may be about a domain name.
    """
    in_subject = list(_PHRASES.find(words_of(subject))) if not answers_newsletter else []
    words = words_of(text)
    in_text = list(_PHRASES.find(words))
    found = {one.meaning for one in (*in_subject, *in_text)}
    asks_more = len(words) - _covered(in_text) > _BESIDE
    if _Word.NO_REFUSAL in found:
        return Said(Wish.NONE)
    if _refuses(
        found,
        len(words),
        len(words) - _covered(in_text),
        is_about_newsletters=answers_newsletter or _Word.NEWSLETTER in found,
    ):
        return Said(Wish.REFUSE, asks_more)
    if _Word.SUBSCRIBE in found and not answers_newsletter:
        return Said(Wish.SUBSCRIBE, asks_more)
    return Said(Wish.NONE)


def _refuses(found: set[_Word], length: int, beside: int, *, is_about_newsletters: bool) -> bool:
    if is_about_newsletters and found & {_Word.PLAIN, _Word.IN_ANSWER}:
        return True
    if is_about_newsletters and length <= _SHORT and found & {_Word.WHEN_SHORT, _Word.ALONE}:
        return True
    return (_Word.PLAIN in found and length <= _SHORT) or (_Word.ALONE in found and beside <= _NOTHING_ELSE)


def _covered(found: list[Found[_Word]]) -> int:
    return len({word for one in found for word in range(one.start, one.end)})
