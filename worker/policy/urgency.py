"""Urgency: what both learned stages say, and the rows of the policy's table that words alone do not settle.

POLICY "Urgency": all outgoing or all incoming mail down counts as all mail down, and that is critical. Angry words
change nothing: none of these rules looks at them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from worker.model import Category, Urgency
from worker.policy.features import Seen

ALL_MAIL = "all_mail"
"""The fact that nobody's mail works."""
_ALL_MAIL_WEIGHT = 3.0
_LEAST_CHANCE = 0.5
_WHO = (
    r"(?:\bca (?:cong ty|cty|van phong|phong|xuong|truong|nha|khoa|team|kho|shop|tiem|benh vien)\b|\b(?:toan|toan "
    r"bo) (?:cong ty|"
    r"mail|email|nhan vien|nhan su|van phong|team)|\btat ca (?:moi nguoi|nhan vien|mail|email|hop thu|cac hop|thu)|"
    r"\bkhong (?:ai|co la|"
    r"mot ai|may nao|hop nao|la thu nao|la nao|thu nao)\b|\b(?:mail|thu|email) nao\b|\bai cung\b|\bmay nao cung|"
    r"\b(?:nobody|no one|none of us|everyone|everybody)\b|\ball "
    r"(?:staff|of us|our mails?|our emails?|mails?|emails?|mailboxes|accounts|colleagues|\w+ (?:users|people|staff|"
    r"persons|of us|"
    r"mailboxes|accounts))|\b(?:whole|entire) (?:office|company|team|staff)|\bevery mail\b|\bnot a single\b|\bca "
    r"\d+ (?:tai khoan|hop|nguoi|nhan vien|may))"
)
_FAIL = (
    r"(?:khong (?:gui|nhan|vao duoc|dang nhap|co thu|co la|thay thu|di duoc|hoat dong)|(?:gui|nhan) (?:cung )?khong|"
    r"bi tra|"
    r"doi (?:lai|nguoc)|(?:cannot|can't|can not|could not|can|unable to|not) (?:send|receive|log ?in)|(?:send|"
    r"receive)s? or|bounc|"
    r"reject|came back|come back|relay access|im re|im ru|vanish|(?:sent|returned) back|has (?:received|had)|"
    r"received|arrive|down|dead|chet)"
)
_MAIL = re.compile(r"\b(?:e-?mails?|mail|thu|hop thu|outlook|inbox|gui|nhan|tho)\b")
_ALL_FAIL = re.compile(rf"{_WHO}[^\n]{{0,80}}?{_FAIL}|{_FAIL}[^\n]{{0,60}}?{_WHO}")
_PARTLY = re.compile(
    r"\b(?:chi (?:co |minh |rieng )?(?:hop|mail|may|mot|em|minh)|only (?:one|my|me|the mailbox|to|from|gmail|yahoo|"
    r"hotmail)|"
    r"mot vai|vai nguoi|some |mot so|sometimes|cham|tre |delay|late|slow|spam|junk|hotmail|yahoo|larger|over about|"
    r"attach|dinh kem|copies|"
    r"reply|tra loi tu dong|on roi|chay lai|works again|fixed|da (?:gui|nhan) duoc)"
)


def is_all_mail_down(seen: Seen) -> bool:
    """Whether a text says that nobody's mail goes or comes."""
    text = seen.folded[:2000]
    return bool(_MAIL.search(text) and _ALL_FAIL.search(text)) and not _PARTLY.search(text)


def urgency_of(weights: Mapping[str, float], chances: Mapping[str, float], all_mail_down: bool) -> Urgency:
    """The urgency with most weight; what asks for nothing is never urgent.

    `weights` by urgency and `chances` by category come from the learned model.
    """
    if max(chances, key=lambda label: chances[label]) == Category.NOT_A_REQUEST:
        return Urgency.LOW
    raised = all_mail_down and chances[Category.EMAIL_INCIDENT] >= _LEAST_CHANCE
    weighed = {
        label: weight * (_ALL_MAIL_WEIGHT if raised and label == Urgency.CRITICAL else 1.0)
        for label, weight in weights.items()
    }
    return Urgency(max(weighed, key=lambda label: weighed[label]))
