"""Which part of a staff mail is written to the customer: only what can be sent word for word, and only if it plainly is meant so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from worker.policy.durations import Use, find_durations
from worker.policy.staff_actions import People
from worker.policy.staff_words import PROSE_LIMIT
from worker.policy.tone_marks import Said, as_read, is_marked, spoken, tolerant

_LINES_READ = 80  # whoever greets the customer does so near the top


class Reader(StrEnum):
    """Whom words are written to."""

    CUSTOMER = "customer"
    COLLEAGUE = "colleague"
    UNSURE = "unsure"
    NOBODY = "nobody"  # not addressed at all


@dataclass(frozen=True, slots=True)
class Split:
    """A text in two: what stands before a letter to the customer, and the letter. `doubt`: a letter, perhaps, to somebody."""

    internal: str
    letter: str = ""
    doubt: bool = False


# ---- salutations ----------------------------------------------------------------------------------------------------

_FORMAL = tolerant("kính gửi|kính chào|kính thưa|trân trọng kính gửi|thân gửi|dear|thưa")
_GREETING = tolerant(
    "dạ em chào|dạ em xin chào|dạ chào|dạ em gửi|dạ gửi|em gửi|em xin chào|em chào|xin chào|chào|gửi|"
    "hi|hello|hey|good morning|good afternoon|good day"
)
_SENIOR = tolerant("chị|anh|cô|chú|bác")
_SALUTATION = re.compile(
    rf"^\s*(?:(?P<formal>{_FORMAL})(?!\w)"
    rf"|(?P<greeting>{_GREETING})(?!\w)"
    rf"|(?P<polite>{tolerant('dạ vâng|dạ|vâng')})(?=[\s,]+(?:em\s+)?(?:{_SENIOR})(?!\w))"
    rf"|(?P<outside>{tolerant('quý khách hàng|quý khách|quý công ty')})(?!\w)"
    rf"|(?P<calling>(?=(?:{_SENIOR}|em)\s+(?:[^\W\d_]+\s+){{0,2}}{tolerant('ơi')}(?!\w))))"
    r"\s*,?\s*(?P<who>[^\n,.!:;–-]{0,60})",
    re.IGNORECASE,
)
_GROUP = spoken(
    "team|all|cả nhà|cả team|mọi người|mn|anh em|ae|everyone|everybody|guys|folks|both|các bạn|"
    "các anh chị trong team|đội kỹ thuật|kỹ thuật|sếp|boss|"
    "support|hotro|hỗ trợ|bot|hệ thống|sale|sales|sale team|kế toán|nhóm|phòng kỹ thuật|there|bạn hỗ trợ|"
    "ban hỗ trợ|vinno|bro|ad|admin"
)
_OUTSIDE = spoken(
    "quý khách hàng|quý khách|quý công ty|quý cty|quý đối tác|quý vị|quý anh chị|quý anh/chị|sir|madam|"
    "sir/madam|customer|valued customer|client|khách hàng"
)
_ENGLISH_TITLE = re.compile(r"(?<!\w)(?:mr|mrs|ms|miss|mme|madame|dr|prof)\.?(?!\w)", re.IGNORECASE)
_HONORIFIC = spoken("anh|chị|cô|chú|bác|a|c|bạn|em|mr|mrs|ms|miss|ông|bà|a/c|anh chị|anh/chị")
_FILLER = spoken("ạ|ơi|nhé|nha|và|and|the|em|cho|hỏi|là|thì|à|dạ|ban|phòng")
_NAME_WORD = re.compile(r"[^\W\d_]+")

# What a letter to a customer sounds like, and what only colleagues say to one another.
_COURTEOUS = spoken(
    "ạ|vui lòng|giúp em|giúp bên em|cho em|cho em xin|cho em hỏi|em cảm ơn|cảm ơn chị|cảm ơn anh|bên em|"
    "em xin lỗi|xin lỗi chị|xin lỗi anh|em gửi chị|em gửi anh|quý khách|"
    "please|could you|would you|can you|thank you|thanks for|you|your|we have|we will|we are|we're|we've|"
    "our side|our team|let us know|sorry for|apologies|kindly"
)
_AMONG_COLLEAGUES = spoken(
    "khách|kh|khách hàng|customer|client|ticket|estimate|est|assign|báo giá cho|ước tính|em nhận|giao cho|"
    "để em (?:làm|nhận|lo|xem|xử lý|check)|em làm cho|công ty khách|"
    "ghi chú|nội bộ|internal|đơn giá|tăng ca|duyệt|notification|thông báo này|VN-\\d+|bảo hành|tính phí|"
    "ưu tiên|sếp|sale|loại|nhận cái này|nhận việc|chưa xong|xong rồi|em fix|deadline"
)


def split_letter(text: str, people: People) -> Split:
    """Find the paragraph that greets the customer: from there on it is a letter.

    Names decide where they are known; else formal words, then the sound of the text. In doubt nothing is a letter.
    """
    lines = text.split("\n")
    for at, line in enumerate(lines[:_LINES_READ]):
        begins = not at or not lines[at - 1].strip() or _opens(lines[at - 1])
        if not begins or _SALUTATION.match(as_read(line)) is None:
            continue  # a greeting begins a paragraph
        body = "\n".join(lines[at:]).strip()
        reader = reader_of(line, body, people)
        if reader is Reader.CUSTOMER and _ASKS_ADVICE.search(as_read(body[:PROSE_LIMIT])):
            return Split(text, doubt=True)
        if reader is Reader.CUSTOMER:
            return Split("\n".join(lines[:at]).strip("\n"), body)
        if reader is Reader.UNSURE:
            return Split(text, doubt=True)
    return Split(text)


def _opens(line: str) -> bool:
    return line.rstrip().endswith((":", "："))


def reader_of(line: str, body: str, people: People) -> Reader:
    """Whom a paragraph that begins with this line is written to."""
    found = _SALUTATION.match(as_read(line))
    if found is None:
        return Reader.NOBODY
    who = found["who"]
    written = line[found.start("who") : found.end("who")]
    if _GROUP.search(who) and not _OUTSIDE.search(who):
        return Reader.COLLEAGUE
    if found["greeting"] and as_read(found["greeting"]) in {"gửi", "gui"} and not _HONORIFIC.match(who.strip()):
        return Reader.NOBODY
    named = _by_name(written, people)
    if named is not None:
        return named
    if found["outside"] or _OUTSIDE.search(who) or _ENGLISH_TITLE.search(written):
        return Reader.CUSTOMER
    return _by_sound(found, body, people)


def _by_name(who: str, people: People) -> Reader | None:
    """Who is greeted, if the name is known on one side only."""
    names = {as_read(word) for word in _NAME_WORD.findall(who)}
    customer = any(last_name(name) in names for name in people.customers)
    colleague = any(last_name(name) in names for name in people.colleagues)
    if customer == colleague:
        return None
    return Reader.CUSTOMER if customer else Reader.COLLEAGUE


def last_name(name: str) -> str:
    """What somebody is called by: the last word of a Vietnamese name, lower case."""
    words = _NAME_WORD.findall(as_read(name))
    return words[-1] if words else ""


def _by_sound(found: re.Match[str], body: str, people: People) -> Reader:
    read = as_read(body[:PROSE_LIMIT])
    rest = read[found.end() :] if found["formal"] or found["greeting"] else read
    if _AMONG_COLLEAGUES.search(rest) or len(rest.split()) < 3:
        return Reader.COLLEAGUE if not found["formal"] else Reader.UNSURE
    if found["formal"]:
        return Reader.CUSTOMER
    if not found["who"].strip() and not found["polite"]:
        return Reader.NOBODY if found["greeting"] else Reader.UNSURE
    if any(one.use is Use.WORK for one in find_durations(body[:PROSE_LIMIT])):
        return Reader.COLLEAGUE  # "dạ anh, phần này mất 1 tiếng" is said to a superior
    sounds_right = _COURTEOUS.search(rest) is not None and len(rest.split()) >= 6
    if not sounds_right:
        return Reader.COLLEAGUE
    if found["calling"] or (people.customers and _names_a_stranger(found["who"], people)):
        return Reader.UNSURE
    return Reader.CUSTOMER


def _names_a_stranger(who: str, people: People) -> bool:
    """Whether somebody else than the customer is called by name."""
    names = _FILLER.sub(" ", _HONORIFIC.sub(" ", who)).split()
    known = {last_name(name) for name in people.customers}
    return bool(names) and not known.intersection(names)


# ---- "hỏi lại chị Hạnh giúp mình: …" -------------------------------------------------------------------------------------

_TELLS = tolerant(
    "gửi lời|gửi lại|gửi|nhắn lại|nhắn|trả lời|rep|phản hồi|hỏi lại|hỏi|báo lại|báo|nói lại|nói|bảo|xin lỗi|mail lại|"
    "mail|email|viết|chuyển lời|thông báo|"
    "tell|ask|reply to|reply|answer|send|write to|write|let|inform|message|text|nhờ"
)
_THEM = tolerant(
    "khách hàng|khách|kh|bên khách|bên họ|họ|chị ấy|anh ấy|chị ta|phía khách|customer|the customer|client|"
    "the client|them|him|her|back to them"
)
_SOMEBODY = (
    rf"(?:{tolerant('chị|anh|cô|chú|bác|ông|bà|bạn')}|mr\.?|mrs\.?|ms\.?)\s+(?P<name>[^\W\d_]+(?:\s+[^\W\d_]+){{0,2}}?)"
)
_OPENER = re.compile(
    rf"(?:^|(?<=[.!;\n,])|"
    rf"(?<=\s))\s*(?P<lead>[^.!?;:,\n]{{0,40}}?)(?<!\w)(?:{_TELLS})(?:\s+(?:{tolerant('lại|cho|đến|tới|giúp|giùm|dùm|hộ|với|em|mình|anh|chị')}|"
    rf"to|back|please)){{0,3}}\s+"
    rf"(?:(?:{_THEM})(?!\w)|{_SOMEBODY}(?!\w))(?P<filler>[^:\n.!?]{{0,40}})[:：]\s*(?P<text>.*)",
    re.DOTALL,
)
_QUOTED = re.compile(r"^[\"“”'«]\s*(?P<words>.{3,}?)\s*[\"”»'“]\s*[.!]?\s*(?P<behind>.*)$", re.DOTALL)
# All that may stand around the order to pass on; anything else ("đã", "mai", "định", "nếu") makes it no order.
_POLITE_LEAD = spoken(
    "em|bạn|anh|chị|mình|e|a|c|cho mình|cho em|cho anh|cho chị|giúp|nhờ|please|pls|can you|could you|you can|ok|okay|dạ|vậy|thế|rồi|and|and then|"
    "then|also|à|ơi|nhé|với|cứ|hãy|thì|phần này|just|so|now|\\w+ ơi|gửi lời|lời|hộ|lại|team"
)
_POLITE_FILLER = spoken(
    "giúp|em|mình|anh|chị|với|nhé|là|rằng|nội dung|như sau|nội dung sau|nội dung này|hộ|that|the following|"
    "this|please|biết|lại|know|back|for me|for us|ạ|cho|e|a|c|nha|thế này|về việc này|that|message|câu này|mấy câu|mấy ý|ấy|này"
)
_CONDITIONS = spoken(
    "nếu|khi nào|khi|lúc|if|when|once|after|as soon as|unless|đợi|chờ|mai|lát|đừng|khoan|don't|not|khách|họ|they|customer|client"
)
_ASKS_ADVICE = spoken(
    "em viết vậy|viết vậy|viết thế này|thế này được|vậy được|được chưa|ok không|ok chưa|gửi được chưa|"
    "anh xem|chị xem giúp em mail|anh thấy sao|góp ý|what do you think|is this ok|ok to send|thoughts"
)


def split_relayed(text: str, people: People) -> Split:
    """Find the words that somebody asks to pass on: "hỏi lại chị Hạnh giúp mình: …". What follows the colon is the letter.

    Told of the past, planned, denied, asked or made a condition, it is a doubt and no letter.
    """
    read = as_read(text[:PROSE_LIMIT])
    found = _OPENER.search(read)
    if found is None or not found["text"].strip():
        return Split(text)
    words = _passed_on(text[found.start("text") :].strip())
    if not words or not _is_order(read, found) or _ASKS_ADVICE.search(read) or not _is_to_customer(found, people):
        return Split(text[: found.start("text")].rstrip(), doubt=True)
    lead = found["lead"]
    opener = found.start("lead") + len(lead) - len(lead.lstrip())
    return Split(text[:opener].strip(" \n,"), words)


_PLACEHOLDER = re.compile(
    r"^\s*[(\[<…]|^\s*\.{2,}|\[[^\]\n]{0,40}\]|_{3,}|(?<!\w)(?:todo|tbd|xxx+)(?!\w)", re.IGNORECASE
)
_NO_WORDS_YET = spoken(
    "(?:chưa|không) biết (?:nói|viết|trả lời|ghi)(?: [^\\s,]+){0,3}|(?:nói|viết|trả lời|ghi) (?:sao|gì|thế nào)(?: [^\\s,]+){0,3}|"
    "để (?:em|anh|chị|mình) (?:nghĩ|soạn|viết)(?: .*)?|(?:không|chưa|đừng|khoan|nothing|none|no|not yet|later|mai|lát)(?: [^\\s,]+){0,2}"
)
_CALLED_BACK = spoken(
    "(?<=[.!?…\\n]\\x20)(?:à |ủa |mà )*(?:khoan(?: đã)?(?: hãy)?(?: gửi)?|đừng gửi|chưa gửi|thôi để|mà thôi|nhầm|hold on|wait|scratch that|"
    "don't send|do not send|not yet)"
)


def can_be_sent(text: str) -> bool:
    """Whether words for the customer are whole: no gap left to fill in, not taken back by the words below them."""
    read = as_read(text[:PROSE_LIMIT])
    spaced = Said(re.sub(r"([.!?…\n])\s*", r"\1 ", read), marked=is_marked(read))
    return not (_PLACEHOLDER.search(text) or _NO_WORDS_YET.fullmatch(read.strip(" .!")) or _CALLED_BACK.search(spaced))


_SENDS = spoken(
    "(?:please |pls |nhờ |em |anh |chị |bạn |mình |giúp |and |then |also |cứ |hãy )*(?:gửi|trả lời|nhắn|send|reply|answer|forward|email)"
    "(?: (?:giúp|em|anh|chị|mình|nội dung|mail|thư|câu|này|sau|như|là|với|this|the|following|message|reply|to|for|me|back|please|nhé|ạ|hộ))*"
)


def orders_sending(line: str, people: People) -> bool:
    """Whether a line that ends in a colon orders what stands below to be sent: "gửi chị ấy giúp em:", not "mẫu trả lời:"."""
    read = as_read(line)
    found = _OPENER.search(read)
    if found is not None:
        return _is_order(read, found) and _is_to_customer(found, people)
    return _SENDS.fullmatch(read.strip(" :：")) is not None


def _passed_on(text: str) -> str:
    """The words for the customer; empty where more follows behind what is quoted."""
    quoted = _QUOTED.match(text)
    if quoted is None:
        return text
    return "" if quoted["behind"].strip() else quoted["words"]


def _is_order(read: str, found: re.Match[str]) -> bool:
    """Whether the passing on is ordered, here and now: nothing but polite words stand around it."""
    before = re.split(r"[.!?;\n]", read[: found.start("lead")])[-1]
    around = f"{_POLITE_LEAD.sub(' ', found['lead'])} {_POLITE_FILLER.sub(' ', found['filler'])}"
    return not around.strip(" ,-–") and _CONDITIONS.search(before) is None


def _is_to_customer(found: re.Match[str], people: People) -> bool:
    name = found["name"]
    if not name:
        return True
    reader = _by_name(name, people)
    return reader is Reader.CUSTOMER or (reader is None and not people.customers)
