"""Text that talks to the machine instead of the people: it may lead to a look by staff, never to a money word.

A customer's words are weighed, not obeyed, so an order such as "mark this as free" has no power of its own. What it
could do is to pull the weighing, as any pasted words can. Whatever looks like that goes to staff.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from worker.model import Category
from worker.policy.features import SCAN, fold

_SCANNED = 20_000
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_CATEGORY_NAMES = "|".join(category.value for category in Category if "_" in category.value)
_MONEY = (
    r"(?:free|paid|mien phi|khong (?:tinh )?phi|co phi|tinh phi|tra phi|no charge|chargeable|billable|complimentary)"
)
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,30}\b(?:previous|prior|above|all|any|earlier|"
    r"your)\b[^.!?\n]{0,20}"
    r"\b(?:instruction|rule|polic|prompt|direction|guideline|setting|command)"
    r"|\b(?:override|bypass)\b[^.!?\n]{0,20}\b(?:rule|polic|instruction|setting)"
    r"|\b(?:bo qua|quen|phot lo|vo hieu)\b[^.!?\n]{0,30}\b(?:huong dan|chi dan|chi thi|quy tac|quy dinh|cau lenh|"
    r"menh lenh|prompt|cai dat)\b"
    r"|(?:^|[\n\s\[<(#*])(?:system|assistant|developer|admin|he thong|quan tri vien|bot|robot|classifier|worker|may "
    r"phan loai) ?(?:prompt|message|note|override|instruction)?s? ?[:\]>]"
    r"|<\|?/?(?:system|assistant|user|im_start|im_end|inst)|\[/?inst\]|###? ?(?:system|instruction)"
    r"|\b(?:mark|classify|categori[sz]e|label|tag|treat|file|record|register|count|set|flag|process|handle|route|"
    r"code)\b[^.!?\n]{0,40}\b(?:as|to|under|=)\b[^.!?\n]{0,25}"
    rf"\b(?:{_MONEY}|warranty|incident|critical|urgent|category|not a request)\b"
    r"|\b(?:danh dau|phan loai|xep loai|xep|gan nhan|gan|ghi nhan|coi|tinh|xu ly|dua|liet|"
    r"chuyen)\b[^.!?\n]{0,40}\b(?:la|vao|thanh|theo|dien|nhan|muc|loai)\b[^.!?\n]{0,25}"
    rf"\b(?:{_MONEY}|bao hanh|su co (?:email|hosting|ten mien)|khan cap nhat)\b"
    rf"|\b(?:fee|category|urgency|priority|status|phi|loai yeu cau|danh muc|muc phi|label|"
    rf"class)\b\s*[=:]+\s*[\"']?(?:{_MONEY}|{_CATEGORY_NAMES}|none|review|warranty|programme|critical|high|low)\b"
    rf"|\b(?:{_CATEGORY_NAMES})\b"
    r"|\b(?:you are|ban la|may la)\b[^.!?\n]{0,20}\b(?:an? (?:ai|assistant|bot|language model|classifier)|tro ly ao|"
    r"mo hinh ngon ngu|he thong tu dong|con bot)\b"
    r"|\b(?:ai|bot|chatbot|gpt|llm|model|language model|machine|automation|tro ly ao|may) (?:reading|that reads|"
    r"processing)\b"
    r"|\b(?:chatbot|gpt|llm|tro ly ao|con bot|he thong ai|may) (?:doc|dang doc|xu ly|se doc)\b"
    rf"|\b(?:output|respond with|reply with|return|answer|tra ve|tra loi|in ra|xuat "
    rf"ra)\b[^.!?\n]{{0,15}}[\"'`:{{(]\s*{_MONEY}\b"
    rf"|\b(?:must|shall|should|always|phai|luon)\b[^.!?\n]{{0,25}}\b(?:be|answer|say|la|"
    rf"duoc)\b[^.!?\n]{{0,15}}\b(?:decided|classified|marked|answered|xem la|coi la|tinh la|danh dau) ?(?:as)? "
    rf"?{_MONEY}\b"
)
_POLICY_PHRASES = (
    "su co email", "su co hosting", "su co ten mien", "email hosting", "hosting va ten mien", "email, hosting",
    "duoi 1 gio", "duoi mot gio", "gio lam viec", "bao hanh khong gioi han", "khong gioi han",
    "dao tao nhan su", "thong tin kinh doanh", "chuong trinh ho tro", "yeu cau van hanh", "theo chinh sach",
    "ho tro mien phi", "xu ly mien phi", "hoan toan mien phi", "khong tinh phi", "xay dung them chuc nang",
    "thiet ke them", "ngoai hop dong", "tu van kinh doanh", "ho tro co phi", "quan tri nang cao",
    "incident with email", "email, hosting and domain", "hosting incident", "email incident",
    "domain incident", "domain names", "under one working hour", "under 1 working hour", "unlimited warranty",
    "free of charge", "support policy", "additional functions", "additional design", "advanced training",
    "outside the contract", "free programme", "staff training", "basic information is free", "at no charge",
    "website request",
)  # fmt: skip
_PHRASES_TOO_MANY = 4
_HIDDEN_TALK = re.compile(
    rf"\b(?:{_MONEY}|bao hanh|warranty|su co|incident|policy|chinh sach|hosting|email|ten mien|domain|website|urgent|"
    rf"khan cap|critical|hong|loi|yeu cau|request)\b"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_STUFFED_TIMES = 9
_STUFFED_SHARE = 0.2


def is_steering(text: str, hidden: str = "") -> bool:
    """Whether a mail holds orders to the machine, hidden words about its subject, or pasted heaps of policy words.

    `text` is what the sender newly wrote, `hidden` what the reader of the mail would not see.
    """
    plain = _plain(text)
    return (
        len(text) > SCAN
        or bool(_ORDERS.search(plain))
        or _policy_talk(plain) >= _PHRASES_TOO_MANY
        or _is_stuffed(plain)
        or _is_hidden_talk(hidden)
    )


def _is_hidden_talk(hidden: str) -> bool:
    plain = _plain(hidden)
    return bool(_HIDDEN_TALK.search(plain) or _ORDERS.search(plain))


def _plain(text: str) -> str:
    """Look-alikes and invisible letters taken away, so that `ｍａｒｋ` and `ma\u200brk` read as what they look like."""
    return fold(_INVISIBLE.sub("", unicodedata.normalize("NFKC", text[:_SCANNED])))


def _policy_talk(plain: str) -> int:
    return sum(phrase in plain for phrase in _POLICY_PHRASES)


def _is_stuffed(plain: str) -> bool:
    words = _WORD.findall(plain)
    if len(words) < 3 * _STUFFED_TIMES:
        return bool(words) and Counter(words).most_common(1)[0][1] >= max(6, len(words) * 0.4)
    pairs = Counter(pairwise(words))
    times = pairs.most_common(1)[0][1]
    return times >= _STUFFED_TIMES and 2 * times >= _STUFFED_SHARE * len(words)
