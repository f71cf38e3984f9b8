"""The commands of staff mail: at the head of the mail or on lines of their own, in Vietnamese or English, accents optional.

A line is a command as `key: value`, as a key alone (`xong`), or as a key with a value that reads as one (`ước tính 45p`).
`# …` is an internal note; `gửi khách:`, `nhắn khách:`, `reply:` open text for the customer. A line that looks like a
command and is none, or whose value makes no sense, is reported: the sender is told, and nothing of the mail is done.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from worker.policy.amounts import parse_amount
from worker.policy.durations import parse_duration
from worker.policy.staff_actions import (
    Action,
    Note,
    Quote,
    ReplyToCustomer,
)
from worker.policy.staff_command_table import COMMANDS, Command
from worker.policy.staff_values import Clock, asks, category_of, read_addition, urgency_of
from worker.policy.tone_marks import as_read, is_marked, spoken, tolerant
from worker.policy.when import parse_when

_LINES_READ = 150
_SEGMENTS_READ = 8
_LONGEST_LINE = 400  # a command is short; what is longer is prose


@dataclass(frozen=True, slots=True)
class Reading:
    """What the commands of a mail say. `mistakes` are wrong lines as written; `prose` is the rest, for whoever reads on."""

    actions: tuple[Action, ...] = ()
    mistakes: tuple[str, ...] = ()
    prose: str = ""


_NOTE_LINE = re.compile(r"^\s*#+(?!\d)\s*(?P<text>.*)$")
_LETTER_LINE = re.compile(
    rf"^\s*(?:[-*•]\s*)?/?(?:{tolerant('gửi khách hàng|gửi khách|gửi kh|nhắn khách hàng|nhắn khách|nhắn kh|guikhach|nhankhach|trả lời khách hàng|trả lời khách|trả lời kh|trả lời|tl khách|rep khách|báo khách|cho khách|gửi cho khách|nhắn cho khách')}"
    r"|reply to customer|reply to client|reply to the customer|reply to the client|reply|to customer|to "
    r"client|to the customer|to the client|answer)\s*[:：]\s*(?P<text>.*)$"
)
_PREFIX = re.compile(r"^\s*(?:(?:[-*•+]|=+>|-+>|→|➔|>>)\s*)?(?P<slash>[/\\!])?")
_SEPARATOR = re.compile(r"\s*(?:[:：=]|\s[-–]\s)\s*")
_SEGMENTS = re.compile(r"\s*(?:\||;|\s/\s)\s*")
_KEYED = re.compile(r"^(?P<key>[^\W\d_][\w./-]*(?:[ _-][^\W\d_]\w*){0,2})\s*[:：=]\s*(?P<value>\S.*)$")
_SLASHED = re.compile(r"^\s*[/\\!](?P<key>[^\W\d_][\w-]{1,20})(?!\S*[/.])")
_PROSE_KEYS = spoken(
    "lý do|lí do|nguyên nhân|cause|root cause|reason|link|url|ps|p/s|p\\.s|fyi|update|cập nhật|kết quả|"
    "result|results|lưu ý|chú ý|vd|ví dụ|vị trí|"
    "e\\.g|eg|http|https|re|tóm tắt|tóm lại|summary|nb|n\\.b|todo|to do|cách làm|cách sửa|giải pháp|solution|"
    "plan|kế hoạch|ý kiến|góp ý|"
    "tình hình|hiện tại|phần \\w+|bước \\d+|step \\d+|option \\w+|phương án \\w*|em nghĩ|theo em|mình nghĩ|"
    "question|câu hỏi|hỏi|trả lời|kính gửi|"
    "dear|hi|chào|scope|phạm vi|gồm|bao gồm|includes|including|vấn đề|lỗi|error|issue|fix|findings|version|"
    "php|log|ip|mx|dns|server|user|pass|"
    "tài khoản|mật khẩu|account|password|tên|name|email|sđt|phone|địa chỉ|subject|from|to|cc|sent|date|gửi|"
    "ngày|chủ đề|từ|đến|còn lại|remaining"
)
_NEVER_WERE = spoken(
    "status|state|trạng thái|tình trạng|close|closed|đóng|severity|sev|tag|tags|label|labels|due|due date|"
    "deadline|hạn|hạn chót|eta|sla|milestone|"
    "sprint|watch|subscribe|mute|queue to|department|phòng|move|copy|delete|xóa|xoá|share|send|escalate|"
    "snooze|remind|nhắc|nhắc lại|approve by|discount|giảm giá|action|lệnh|command|cmd|set|assign me|unassign"
)
_KNOWN_KEYS = tuple(key for command in COMMANDS for key in command.keys.split("|") if len(key) > 3)


def read_commands(text: str, now: datetime, zone: str) -> Reading:
    """Read the commands of a mail's new text (in NFC).

    Everything that opens, or stands below, `gửi khách:` goes to the customer until the next command or note. Lines that
    are no commands come back as `prose`, in their order.
    """
    state = _State(Clock(now, zone))
    lines = text.split("\n")
    for at, line in enumerate(lines[:_LINES_READ]):
        state.take(line, [lines[near] for near in (at - 1, at + 1) if 0 <= near < len(lines)])
    rest = state.prose if state.letter is None else state.letter
    rest += lines[_LINES_READ:]
    return state.reading()


@dataclass(slots=True)
class _State:
    """What was read so far: a letter or a note may go on in the next line."""

    clock: Clock
    actions: list[Action] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    letter: list[str] | None = None
    above: str = ""

    def take(self, line: str, around: Sequence[str]) -> None:
        """Read one line; `around` are the lines above and below it."""
        above, self.above = self.above, line
        if self._goes_on(above, line):
            return
        note, letter = _NOTE_LINE.match(line), _LETTER_LINE.match(as_read(line))
        if note:
            self._add_note(note["text"])
        elif letter:
            self._close_letter()
            self.letter = [line[len(line) - len(letter["text"]) :]]
        else:
            self._take_other(line, around)

    def _take_other(self, line: str, around: Sequence[str]) -> None:
        read = _read_line(line, self.clock, in_letter=self.letter is not None)
        if read.actions:
            self._close_letter()
            self.actions += read.actions
            self.prose += [read.behind] if read.behind else []
        elif self.letter is not None:
            self.letter.append(line)
        elif is_mistaken(line, self.clock, around):
            self.mistakes.append(line.strip())
        else:
            self.prose.append(line)

    def _goes_on(self, above: str, line: str) -> bool:
        """A note that a mail program broke at its margin goes on."""
        if len(above) < 60 or not line[:1].islower() or not _NOTE_LINE.match(above) or not self.actions:
            return False
        last = self.actions[-1]
        if isinstance(last, Note):
            self.actions[-1] = Note(f"{last.text} {line.strip()}")
            self.above = f"{above} {line}"
        return isinstance(last, Note)

    def _add_note(self, text: str) -> None:
        if text.strip():
            self.actions.append(Note(text.strip()))

    def _close_letter(self) -> None:
        if self.letter is not None:
            text = "\n".join(self.letter).strip()
            self.actions.append(ReplyToCustomer(text))
            self.letter = None

    def reading(self) -> Reading:
        self._close_letter()
        return Reading(tuple(self.actions), tuple(self.mistakes), "\n".join(self.prose).strip("\n"))


@dataclass(frozen=True, slots=True)
class _Line:
    """What one line says: its actions (none where it is no command, or a wrong one), and words behind a value."""

    actions: tuple[Action, ...] = ()
    behind: str = ""


def _read_line(line: str, clock: Clock, *, in_letter: bool) -> _Line:
    if not line.strip() or len(line) > _LONGEST_LINE:
        return _Line()
    segments = [part for part in _SEGMENTS.split(line.strip()) if part]
    if len(segments) > 1 and not in_letter:
        lines = [_note_of(part) or _read_command(part, clock, in_letter=False) for part in segments[:_SEGMENTS_READ]]
        if all(part.actions and not part.behind for part in lines):
            return _Line(tuple(action for part in lines for action in part.actions))
    return _read_command(line, clock, in_letter=in_letter)


def _note_of(part: str) -> _Line | None:
    found = _NOTE_LINE.match(part)
    return _Line((Note(found["text"].strip()),)) if found and found["text"].strip() else None


def _read_command(line: str, clock: Clock, *, in_letter: bool) -> _Line:
    added = None if in_letter else read_addition(line)
    if added:
        return _Line((added,))
    ways = (line,) if in_letter else dict.fromkeys((line, _tidied(line)))
    candidates = (read for way in ways for read in _candidates(way, clock, in_letter=in_letter))
    return next((read for read in candidates if read.actions), _Line())


_NUMBERING = re.compile(r"^\s*\d{1,2}[.)]\s+")
_BOLD = re.compile(r"^\s*(?P<mark>\*\*?|__?)(?P<line>[^*_].*?)(?P=mark)\s*$")
_COURTESY = re.compile(
    rf"[\s,]*(?:[.!]|(?<=\s)(?:{tolerant('ạ|nhé|nha|nhá|nhe')}|please|pls|thanks|thx))\s*$", re.IGNORECASE
)


def _tidied(line: str) -> str:
    """A line without what a mail program or a polite writer puts around a command: "1. xong", "*xong*", "giảm giá: 10% ạ."."""
    line = _NUMBERING.sub("", line)
    bold = _BOLD.match(line)
    line = bold["line"] if bold else line
    while _COURTESY.search(line):
        line = _COURTESY.sub("", line)
    return line


def _candidates(line: str, clock: Clock, *, in_letter: bool) -> Iterator[_Line]:
    """What the commands whose key begins the line, in the form of a command, read in it."""
    prefix = _PREFIX.match(line)
    written = line[prefix.end() if prefix else 0 :].strip()
    read = as_read(written)
    for command in COMMANDS:
        key = command.pattern.match(read)
        if key is None or (in_letter and not command.in_letters):
            continue
        is_sure = command.exact.match(read) is not None or not is_marked(read)  # "bao giờ" begins no "báo"
        rest = written[key.end() :]
        separator = _SEPARATOR.match(rest)
        if not rest.strip(" .!"):
            yield _line_of(command.alone)
        elif separator:
            yield _read_value(command, rest[separator.end() :], clock)
        elif is_sure and command.spaced and command.read and re.match(r"\s|\d", rest):
            action = command.read(rest, clock)
            if action and not (isinstance(action, Quote) and action.amount_vnd is None):
                yield _Line((action,))


def _line_of(action: Action | None) -> _Line:
    return _Line((action,)) if action else _Line()


_VALUE_ENDS = re.compile(r"[.;,!]\s+|\s[-–]\s|\s*\(")
_TAKEN_BACK = spoken(
    "hoặc|hay|nếu|không phải|à không|à mà|nhầm|or|if|unless|no wait|actually|maybe|chắc|không chắc|not sure|"
    "đừng|khoan|chưa chắc"
)


def _read_value(command: Command, value: str, clock: Clock) -> _Line:
    """The value behind the colon; words behind its first part are prose, unless they take it back."""
    if not value.strip():
        return _line_of(command.alone)
    if command.read is None:  # "hủy: khách đổi ý"
        return _Line() if _is_denied(value, clock) or command.alone is None else _Line((command.alone,), value.strip())
    whole = command.read(value, clock)
    ends = _VALUE_ENDS.search(value, 1)
    if whole is not None or ends is None:
        return _line_of(whole)
    behind = value[ends.start() :].strip(" .,;!-–")
    action = command.read(value[: ends.start()], clock)
    return _Line() if action is None or _is_taken_back(behind) else _Line((action,), behind)


_NOT_NOW = spoken("(?:no|not|không|chưa|đừng|sau|later|soon|sắp|gần|một phần|partly|partially|\\d+ ?%)(?: .*)?$")


def _is_denied(value: str, clock: Clock) -> bool:
    """Whether the words behind an order that needs none deny it or put it off: "done: no", "hoàn thành: mai"."""
    moment = parse_when(value, clock.now, clock.zone)
    is_later = moment is not None and moment.start > clock.now
    return is_later or _is_taken_back(value) or _NOT_NOW.match(as_read(value)) is not None


def _is_taken_back(behind: str) -> bool:
    return asks(as_read(behind)) or _TAKEN_BACK.search(as_read(behind)) is not None


def is_mistaken(line: str, clock: Clock, around: Sequence[str] = ()) -> bool:
    """Whether a line looks like a command and is none: a known key with a senseless value, a misspelt or unknown key.

    A short `word: word` is one where a command stands right above or below it (`around`).
    """
    if not line.strip() or len(line) > _LONGEST_LINE:
        return False
    if any(True for _ in _candidates(line, clock, in_letter=False)) or _SLASHED.match(line):
        return True
    bare = line.strip()
    keyed = _KEYED.match(bare)
    if keyed is None or keyed["value"].startswith("//"):
        return _is_misspelt(bare, clock)
    key = as_read(keyed["key"])
    if _NEVER_WERE.fullmatch(key) or _resembles_key(key):
        return True
    is_prose = _PROSE_KEYS.fullmatch(key) is not None or any(part.isupper() for part in keyed["key"].split())
    if is_prose or len(keyed["value"].split()) > 4:
        return False
    return any(_read_line(near, clock, in_letter=False).actions for near in around)


def _is_misspelt(bare: str, clock: Clock) -> bool:
    """`estmate 45m`, `xogn`: a short line whose first words are nearly a key and whose rest is its value, or nothing."""
    words = bare.rstrip(".! ").split()
    if not 1 <= len(words) <= 6 or re.search(r"[,?]", bare):
        return False
    for length in range(1, min(2, len(words)) + 1):
        key, rest = as_read(" ".join(words[:length])), " ".join(words[length:])
        if length == 2 and _folded(as_read(words[0])) in _FOLDED_KEYS:  # "xong ạ" is no slip for "xong"
            break
        if _resembles_key(key, substituted=False) and (not rest or _is_value(rest, clock)):
            return True
    return False


def _is_value(text: str, clock: Clock) -> bool:
    reads = parse_duration(text) or parse_amount(text) or urgency_of(text) or category_of(text)
    return bool(reads) or (len(text.split()) <= 3 and parse_when(text, clock.now, clock.zone) is not None)


def _resembles_key(key: str, *, substituted: bool = True) -> bool:
    """Whether a word is a key with one slip of the finger; a key itself, or another word, is none."""
    folded = _folded(key)
    if len(folded) < 4 or folded in _FOLDED_KEYS or _REAL_WORDS.fullmatch(key):
        return False
    return any(_is_slip(folded, known, substituted=substituted) for known in _FOLDED_KEYS)


def _is_slip(typed: str, known: str, *, substituted: bool) -> bool:
    """One letter too many, one too few, two in the wrong order, or (if `substituted`) a wrong one; never the first."""
    if typed[0] != known[0] or abs(len(typed) - len(known)) > 1:
        return False
    if len(typed) == len(known):
        wrong = [at for at in range(len(typed)) if typed[at] != known[at]]
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and typed[wrong[0]] == known[wrong[1]]
        return (swapped and typed[wrong[1]] == known[wrong[0]]) or (substituted and len(wrong) == 1)
    longer, shorter = sorted((typed, known), key=len, reverse=True)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(1, len(longer)))


_REAL_WORDS = spoken(
    "xong nhé|xong luôn|thiếu|thiết|giao diện|dự án|nhân|nhắn|nhân viên|thêm|notes|noted|request|requests|"
    "quoted|quotes|estimated|estimates|"
    "assigned|closed|rejected|postponed|cancelled|canceled|reopened|merged|started|stopped|reporting|done "
    "deal|times|filed|files|urgently|priorities|"
    "approves|sending|ready|reply all|replied|doing|gone|fixing|fixes|takes|taken|taking|giá cả|giá đó|giá "
    "này|báo lại|free|hoàn toàn|hoàn trả|chuyển|"
    "gửi|gộp|hoàn|bảo trì|bảo mật|tính|tại|dung|đúng|dùng|giờ|giữa|thời|thời hạn|báo|mở|mở ra|lại|danh|nội|"
    "loại bỏ|phía|phiên bản|phản hồi|link|like|live|lines|lite|đang|đăng|đồng|đông|hour|yours|giảng"
)


def _folded(key: str) -> str:
    plain = unicodedata.normalize("NFD", key).replace("đ", "d")
    return "".join(char for char in plain if char.isalnum())


_FOLDED_KEYS = tuple(dict.fromkeys(_folded(key) for key in _KNOWN_KEYS))
