"""Marks in a mail that call for a person: fraud patterns, money matters, complaints, and text that tries to steer.

POLICY "Where the published text is silent". A flag never decides a fee; it only keeps the worker from deciding one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from worker.policy.features import Seen


class Flag(StrEnum):
    """Why a person must look."""

    FRAUD_PATTERN = "fraud_pattern"
    INVOICE = "invoice"
    COMPLAINT = "complaint"
    SUSPENDED = "suspended"
    AFTER_OUR_WORK = "after_our_work"
    CONTRACT = "contract"
    NOT_OURS = "not_ours"


_CHANGE = (
    r"(?:doi|thay|thay doi|cap nhat|chuyen|sua|sang|change[ds]?|changing|update|new|moi|transfer|replace|"
    r"switch(?:ed)?|move)"
)
_ACCOUNT = (
    r"(?:so tai khoan|so tk|stk|tai khoan (?:ngan hang|nhan tien|nhan|cong ty|thanh toan|thu huong|chuyen tien|thu "
    r"tien)|"
    r"bank(?:ing)? (?:account|details|information|info)|account (?:number|holder)|iban|beneficiary|payment details|"
    r"transfer account|chu tai khoan|ngan hang nhan|thong tin (?:chuyen khoan|thanh toan)|receiving account|remittance)"
)
_OWNER = (
    r"(?:chu the|chu so huu|chu ten mien|chu so huu ten mien|quyen so huu|chu dung ten|nguoi dung ten|registrant|"
    r"owner(?:ship)?|dau moi lien he|nguoi lien he|contact person|(?:main|new|billing|authori[sz]ed|"
    r"admin(?:istrative)?) contact|nguoi dai dien)"
)
_PATTERNS: tuple[tuple[Flag, str], ...] = (
    (Flag.FRAUD_PATTERN, rf"\b{_CHANGE}\b[^.!?\n]{{0,60}}\b{_ACCOUNT}\b"),
    (Flag.FRAUD_PATTERN, rf"\b{_ACCOUNT}\b[^.!?\n]{{0,40}}\b(?:moi|new|khac|thanh|below|following|personal|ca nhan)\b"),
    (Flag.FRAUD_PATTERN, rf"\b{_CHANGE}\b[^.!?\n]{{0,50}}\b{_OWNER}\b"),
    (Flag.FRAUD_PATTERN, rf"\b{_OWNER}\b[^.!?\n]{{0,40}}\b(?:moi|new|sang|thanh|thay|from now|tu nay|doi)\b"),
    (Flag.FRAUD_PATTERN, r"\bsang ten\b|\bchuyen (?:chu|quyen)\b|\binto (?:my|his|her) name\b|\bdung ten (?:toi|em|"
        r"anh|chi|minh|tui|con)\b"),
    (Flag.FRAUD_PATTERN, r"\b(?:consider|treat) (?:him|her|me) as the contact\b|\bi am (?:the )?new (?:contact|"
        r"owner)\b"),
    (Flag.FRAUD_PATTERN, r"\b(?:password|mat khau|credentials)\b[^.!?\n]{0,50}\b(?:this|my|new|nay|rieng|ca nhan) "
        r"(?:gmail|address|mail|email|yahoo)\b"),
    (Flag.FRAUD_PATTERN, r"\b(?:gmail|dia chi|mail) (?:nay|moi|rieng)\b[^.!?\n]{0,50}\b(?:mat khau|password|quan "
        r"tri|admin)\b"),
    (Flag.INVOICE, r"\b(?:xuat|sai|gui lai|dieu chinh|huy|thieu|nham|lai|xin|cap) (?:lai )?(?:hoa don|hdon)\b|\bhoa "
        r"don\b[^.!?\n]{0,40}\b(?:sai|nham|thieu|chua nhan|chua thay|cao hon|ghi|dieu chinh|vat)\b"),
    (Flag.INVOICE, r"\b(?:doi chieu |bien ban doi chieu )?cong no\b|\bphu luc hop dong\b|\bbien ban (?:nghiem thu|"
        r"thanh ly|doi chieu|dieu chinh)\b|\bthanh ly hop dong\b|\bban (?:sao|scan) hop dong\b"),
    (Flag.INVOICE, r"\b(?:double|twice) charged\b|\bcharged (?:twice|double|again)\b|\bcredit note\b|\bproforma\b|"
        r"\bpurchase order\b|\b(?:wrong|corrected|correct|missing|copy of the|copy of your|signed copy|resend the|"
        r"vat|reissue|revised|re-issue) (?:vat )?(?:invoice|contract)\b|\binvoice\b[^.!?\n]{0,40}\b(?:wrong|"
        r"incorrect|missing|twice|error|amount|tax code|reissue|copy|resend|address)\b"),
    (Flag.INVOICE, r"\b(?:doi|nhac|giay|thu|goi) (?:no|doi no|doi tien|bao no|doi|dong tien|nhac no|nhac phi)\b|"
        r"\btra (?:lam )?(?:2|hai|nhieu|tung) dot\b|\bchi(?:et)? khau\b[^.!?\n]{0,30}\bgia han\b"),
    (Flag.COMPLAINT, r"\bkhieu nai\b|\bcomplain(?:t|ts)?\b|\bthat vong\b|\bboi thuong\b|\bkhong hai long\b|"
        r"\bdisappoint\w*\b|\bunacceptable\b|\bcompensation\b|\bgiai trinh\b|\b(?:gap|noi chuyen voi) (?:giam doc|"
        r"sep|quan ly|nguoi phu trach|lanh dao)\b"),
    (Flag.COMPLAINT, r"\b(?:breach of|clause|dieu) \d+\b[^.!?\n]{0,40}\b(?:agreement|hop dong|contract)\b|\bphan "
        r"anh (?:chat luong|thai do)\b|\bwritten explanation\b|\b(?:goi|nhan|hoi)\b[^.!?\n]{0,30}\bkhong (?:ai|thay "
        r"ai) (?:bat|nghe|tra loi|rep|phan hoi)\b|\blam an (?:kieu|the|gi|vay)\b|\bkind of service\b|\bnobody "
        r"(?:answers|calls back|replies)\b"),
    (Flag.SUSPENDED, r"\b(?:tam (?:ngung|khoa|dung|ngat)|bi (?:cat|khoa|ngung|ngat)|cat|khoa|suspended|suspension|"
        r"ngung|switched off|cut off|deactivated|disabled)\b[^\n]{0,90}\b(?:thanh toan|dong tien|dong phi|cong no|"
        r"no phi|chuyen (?:khoan|tien)|gia han|hoa don|paid|pay|unpaid|bill|invoice|payment|bien lai|chua dong|nop "
        r"tien)\b"),
    (Flag.SUSPENDED, r"\b(?:thanh toan|dong tien|dong phi|cong no|chuyen (?:khoan|tien)|hoa don|paid|unpaid|bill|"
        r"invoice|payment|nop tien)\b[^\n]{0,90}\b(?:tam (?:ngung|khoa|dung|ngat)|bi (?:cat|khoa|ngung)|mo lai|mo "
        r"khoa|suspended|suspension|reactivate|unsuspend|switch (?:us|it) on|cut off|ngung hoat dong|khoa web|cat "
        r"web)\b"),
    (Flag.CONTRACT, r"\b(?:het|ngung|cham dut|thoi|khong con|chua co|chua ky|khong co|dung|khong ky tiep) (?:han "
        r")?(?:ky )?hop dong\b|\bhop dong\b[^.!?\n]{0,30}\b(?:da het|het (?:tu|han|roi|hieu luc)|cham dut|het thang|"
        r"chua ky lai|ngung)\b"),
    (Flag.CONTRACT, r"\b(?:contract|agreement)\b[^.!?\n]{0,30}\b(?:ended|expired|over|terminated|ran out|lapsed)\b|"
        r"\bended (?:our|the|my) (?:maintenance )?(?:contract|agreement)\b"),
    (Flag.CONTRACT, r"\b(?:not|no longer|never) (?:yet )?(?:(?:a|your|your own|one of your) )?(?:client|"
        r"customer)s?\b|\b(?:khong phai|chua phai|chua la|khong la|khong con la) (?:la )?khach\b|\boutside "
        r"customers\b|\boutsiders?\b|\bkhach ngoai\b|\bnguoi ngoai\b"),
    (Flag.NOT_OURS, r"\bnot (?:from |with |by |hosted (?:by|with) |built by |made by )(?:you|vinno)\b|\b(?:bought|"
        r"purchased|rented|hosted|built|made|registered) (?:from|at|by|with|in|on) (?!you|vinno|the same)\w+(?: "
        r"\w+)?, not\b|\b(?:not|isn't|aren't) (?:responsible|in (?:your|our|the) contract|your business)\b"),
    (Flag.NOT_OURS, r"\bkhong (?:phai |do |lien quan |dinh )(?:gi |den |toi |cua )*(?:vinno|ben (?:anh|em|minh|chi|"
        r"ban|chau)|website|web minh)\b|\b(?:ben|don vi|cong ty|agency|nguoi) (?:khac|ngoai) (?:lam|thiet ke|xay|"
        r"quan tri|giu|cung cap|dung)\b|\b(?:built|made|hosted|designed|managed) by (?:another|an other|a different|"
        r"some other|a freelancer)\b|\b(?:another|other) (?:agency|vendor|provider|company) (?:made|built|hosts?)\b|"
        r"\bhosted (?:elsewhere|somewhere else)\b"),
    (Flag.AFTER_OUR_WORK, r"\b(?:sau|tu(?! van)|ke tu|since|after|following)\b[^.!?\n]{0,25}\b(?:bao tri|nang cap|"
        r"cap nhat|chuyen may chu|maintenance|upgrade|update|migration|release|deploy|vao server)\b"),
    (Flag.AFTER_OUR_WORK, r"\b(?:bao tri|nang cap|cap nhat|maintenance|upgrade|"
        r"release)\b[^.!?\n]{0,60}[.!?\n]?[^.!?\n]{0,30}\b(?:tu do|tu bua do|tu hom|sang nay|since|hom sau|the la|"
        r"xong)\b"),
)  # fmt: skip
_COMPILED = tuple((flag, re.compile(pattern)) for flag, pattern in _PATTERNS)
_SCANNED = 4_000


def flags_of(seen: Seen) -> tuple[Flag, ...]:
    """The flags of a text, each once, in the order of the table."""
    text = seen.folded[:_SCANNED]
    return tuple(dict.fromkeys(flag for flag, pattern in _COMPILED if pattern.search(text)))


def flag_names(seen: Seen) -> Mapping[str, int]:
    """The flags as facts to learn from."""
    return {f"flag {flag}": 1 for flag in flags_of(seen)}
