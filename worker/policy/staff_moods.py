"""How a sentence is meant: told as a fact, asked, made a condition, reported of somebody else, hoped for, planned or denied."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from worker.policy.staff_words import Clause, Sentence
from worker.policy.tone_marks import spoken
from worker.policy.when import Moment


class Mood(StrEnum):
    """What keeps a sentence from being a plain statement or order of its writer."""

    ASKED = "asked"
    CONDITION = "condition"
    REPORTED = "reported"
    UNSURE = "unsure"
    FUTURE = "future"
    DENIED = "denied"
    PAST_TALK = "past_talk"  # speaks of another time: "hôm trước", "last year"


_ASKED_AT_END = spoken(
    "(?:chưa|được không|được chưa|phải không|không|đúng không|có không|hả|hở|nhỉ|vậy ta|sao ta|thế nào|"
    "như thế nào|sao rồi|ra sao|thì sao|"
    "(?<!không\\x20có\\x20)(?<!không\\x20)(?<!chẳng\\x20có\\x20)(?<!không\\x20cần\\x20)gì|bao giờ|khi nào|"
    "bao lâu|bao nhiêu|"
    "mấy tiếng|mấy giờ|bao nhiêu tiền|or not|or what)(?: (?:vậy|thế|ta|ạ|anh|chị|em|bạn|mọi người|nhỉ|sếp|"
    "hết))?(?: \\w+ ơi| ơi)?$"
)
_ASKED_AT_START = spoken(
    "^(?:ok ,? )?(?:có phải|phải chăng|liệu|sao|tại sao|vì sao|khi nào|bao giờ|chừng nào|ai|có nên|có cần|"
    "có gấp|is|are|was|were|did|does|do we|do you|do they|has|have we|have you|have they|"
    "should(?! be| take| work| do| only| need| fit| cover)|shall|what|when|who|why|how|which|whose|any idea|"
    "any news|can we|could we|can i|could i|"
    "may i|will it|will we|will you|would it|would they|anyone|"
    "anybody|mấy tiếng|mấy giờ|bao lâu|bao nhiêu|đã .{0,20} chưa)"
)
_ASKED_AFTER_COMMA = spoken(
    "(?:chưa|được không|hả|có không)(?: (?:anh|chị|em|bạn|sếp|ạ))+(?: ơi)? ,|, (?:ai|sao|khi nào|bao giờ|"
    "có phải|who|what|why|any idea|or should|or not)"
)
_LEFT_OPEN = spoken(
    "(?:khi|lúc) nào(?: [^\\s,]+){1,4} thì|tùy(?: [^\\s,]+){0,4} có(?: (?!được)[^\\s,]+){1,4} (?:hay )?không"
)  # asks nothing
_OR = spoken("hay là|hay|or should we")
_HAY_ALWAYS = spoken(
    "khách hay|hay kêu|hay bị|hay đầy|hay quên|hay gọi|rất hay|hay đấy|hay lắm|hay đó|hay đổi|hay than|"
    "hay hỏi|hay thay|này hay|hay nói|hay làm|hay chậm|hay đòi|hay trễ|hay ghê|hay nhé|hay lỗi|cũng hay"
)
_CONDITION = spoken(
    "nếu|nếu như|trường hợp|giả sử|giả dụ|hễ|miễn là|trừ khi|khi nào|lúc nào|chừng nào|bao giờ|if|unless|"
    "when|once|until|provided|in case|assuming|as soon as|whether|"
    "depends|depending|would be|mà .{1,30} thì|ok thì|đồng ý thì|xong thì|rồi thì|được thì|rảnh thì|chịu thì|"
    "hỏi thì|cần thì|muốn thì|xong mới|ok mới|rồi mới|thì (?:báo|nhắn|gọi|đóng|hãy|hẵng|tính|nói|bảo)|"
    "đồng ý mới|duyệt mới|thì mới|"
    "đợi|chờ|waiting for|wait for|wait until|sau khi|trước khi|pending|subject to|phòng khi|lỡ"
)
_SAYS = (
    "nói|bảo|kêu|bẩu|báo(?! giá)|nhắn|hỏi|tưởng|nghĩ|yêu cầu|đòi|muốn|xác nhận|phản hồi|than|gọi|confirm|"
    "chốt|khen|chê|hứa|cho biết|trả lời|xin|hẹn|ghi|viết|thấy|đồng ý|chịu|trả|cần|đề nghị|đề xuất|mong|thích|"
    "ok"
)
_OTHERS = (
    "khách|khách hàng|bên khách|phía khách|chị ấy|anh ấy|chị ta|cô ấy|bả|ổng|ảnh|chỉ|họ|bên kia|bên khác|"
    "bên đó|đối tác|người ta|nhà cung cấp|máy|hệ thống|kế toán|bên kế toán|sale"
)
_REPORTED = spoken(
    f"(?<!gửi\\x20)(?<!cho\\x20)(?<!báo\\x20)(?<!nhắn\\x20)(?<!lấy\\x20)(?<!tính\\x20)(?<!với\\x20)(?<!chào\\x20)(?<!để\\x20)(?:{_OTHERS})(?: "
    f"\\w+){{0,2}}? (?:vừa |đã |lại |có |cứ |cũng |mới |đang |chỉ |muốn )?(?:{_SAYS})|theo khách|theo lời|"
    f"nghe nói|nghe bảo|nghe đâu|thấy bảo|thấy nói|"
    "(?:the )?(?:customer|client|they|he|she|sales|vendor|provider|host|somebody|someone|nobody|everyone|"
    "people|\\w+)(?: \\w+)? (?:said|says|say|told|tells|claims|claim|thinks|think|asked|asks|insists|"
    "reported|reports|mentioned|wrote|promised|believes|confirmed|confirms|wants|want|complains|complained|"
    "offered|rejected|accepted|expects|thought)|"
    "according to|apparently|supposedly|allegedly|their budget|budget|ngân sách|their price|their quote"
)
_FIRST_PERSON = spoken(
    "em|mình|anh|chị|tôi|tui|i|we|nhớ|để|cứ|nên|đã|nhờ|vừa|sẽ|khỏi|không|chưa|đừng|khoan|cần|phải|xong|rồi|"
    "đi|lại|ok|là|và|thì|mai|chiều|sáng"
)
_SOMEBODY_SAID = spoken(
    '(?P<who>\\w+)(?: (?:nó|vừa|mới|đã|cũng|có))? (?:bảo|nói|kêu|báo|nhắn|confirm)(?=(?: [,:"])? (?:là |rằng |đã |làm |'
    "sửa |fix )?(?:xong|đã|rồi|fix|làm|sửa|ok|hoàn))"
)
_UNSURE = spoken(
    "chắc là|chắc(?! chắn| cú| ăn)|có lẽ|hình như|có vẻ|có khi|có thể|đoán|không biết|không chắc|không rõ|"
    "maybe|probably|perhaps|might|may be|i think|i guess|guess|seems|seem|looks like|look like|"
    "should be|should have|hopefully|i hope|hy vọng|hi vọng|mong|mong là|not sure|supposed to|could be|"
    "likely|possibly|nghĩ là|em nghĩ|anh nghĩ|chị nghĩ|theo em|theo anh|"
    "tưởng|thought|i believe|thử xem|ước gì|giá mà|kiểu như|gần như|dường như|nếu không nhầm|as far as i know|afaik"
)
_FUTURE = spoken(
    "sẽ|lát|lát nữa|tí nữa|tý nữa|chút nữa|xíu nữa|xíu|nữa là|nữa thì|sắp|dự kiến|định|chuẩn bị|dự định|will|"
    "i'll|we'll|he'll|she'll|they'll|it'll|going to|gonna|soon|later|planning|plan to|"
    "ráng|cố gắng|cố(?= làm| xong| gắng| hoàn| sửa| fix)|gắng|phải|cần|nhớ|sớm|nhanh|kịp|trong hôm nay|"
    "trong ngày|trong sáng nay|trong chiều nay|"
    "trong tuần|eod|end of day|asap|by|must|need to|needs to|have to|has to|to be|"
    "get it|get this|let's|try to|trying to|aim to|aiming|should|LATER|expect|expected|ETA|eta|dự tính|hẹn|hứa|promise"
)
_DENIED = spoken(
    "không|chưa|đừng|khoan|chớ|chả|chẳng|khỏi|miễn|not|never|no|none|neither|nobody|don't|doesn't|isn't|"
    "aren't|wasn't|weren't|hasn't|haven't|hadn't|didn't|won't|can't|cannot|couldn't|wouldn't|shouldn't|"
    "without|ain't|yet|đâu phải|làm gì có|thôi đừng"
)
_PAST_TALK = spoken(
    "hôm trước|hôm bữa|bữa trước|bữa hổm|lần trước|lần rồi|đợt trước|năm ngoái|tháng trước|tuần trước|"
    "trước đây|ngày xưa|hồi trước|hồi đó|hồi đầu|bên khác|chỗ khác|last time|last week|last month|last year|"
    "previously|earlier|"
    "other vendor|another vendor|another company|competitor|already quoted|we quoted|i quoted|was quoted|"
    "used to|back then|đã báo|báo rồi|rồi mà$|rồi mà (?:sao|giờ|vẫn|lại|khách|họ|có)|cũ là"
)


_TAKES_BACK = spoken(
    "khoan|khoan đã|khoan khoan|từ từ|đợi đã|đợi chút đã|à không|à mà thôi|mà thôi|thôi khỏi|thôi không|thôi để|thôi đừng|"
    "đừng vội|chưa vội|khoan hãy|chưa gửi|chưa chốt|chưa chắc|nhầm|nhầm rồi|lộn|tính lại|xem lại đã|để xem lại|"
    "để(?: [^\\s,]+){0,3} (?:hỏi|tính|nghĩ|suy nghĩ|bàn|gọi|xin|trao đổi|cân nhắc|thống nhất)|mai tính|(?:mai|lát|chiều) (?:hẵng|hãy)|hỏi lại|"
    "hold on|hang on|hold off|wait|scratch that|strike that|on second thought|second thoughts|never mind|nevermind|forget it|"
    "forget that|ignore that|not so fast|actually (?:no|not|hold|wait|let)|(?:check|confirm|talk|discuss|speak)(?: [^\\s,]+){0,2} with|"
    "let me (?:ask|check|think|confirm)|don't send|do not send|not yet|hủy lệnh|bỏ qua nhé|bỏ đi"
)
_KEEPS = spoken("không (?:đợi|chờ|cần chờ|cần đợi)|khỏi (?:đợi|chờ|hỏi)|no need to wait|don't wait|không phải chờ")


# Before a colon: what the writer calls his own words. "Tuấn: xong rồi" are Tuấn's.
_OWN_HEADING = spoken(
    "(?:.* )?(?:update|cập nhật|kết quả|result|status|trạng thái|tình trạng|tình hình|hiện trạng|báo cáo|report|fyi|ps|lưu ý|TICKET|VN|"
    "mọi người|cả nhà|all|team|ơi|nhé|ạ|sếp|re|done|xong|xong rồi|hoàn thành|fixed|báo giá|quote|phí|fee|ok|dạ|yêu cầu|request)"
)


def is_of_others(part: Clause) -> bool:
    """Whether a clause is in quotation marks, or stands behind a colon after somebody's name."""
    return part.quoted or bool(part.heading and not _OWN_HEADING.fullmatch(part.heading))


def takes_back(sentence: Sentence) -> bool:
    """Whether a sentence takes back or puts off what another says: "à khoan", "thôi để mai tính", "hold on"."""
    return is_taken_back(sentence.words)


def is_taken_back(words: str) -> bool:
    """The same of words that `as_read` gave."""
    return _TAKES_BACK.search(_KEEPS.sub("…", words)) is not None


def moods_of(sentence: Sentence, now: datetime) -> frozenset[Mood]:
    """All that keeps this sentence from being plain; empty for a plain one."""
    words = sentence.words
    found = {mood for mood, pattern in _PATTERNS if pattern.search(words)}
    if is_asked(sentence):
        found.add(Mood.ASKED)
    if _somebody_said(words):
        found.add(Mood.REPORTED)
    if any(isinstance(value, Moment) and value.start > now for value in sentence.values):
        found.add(Mood.FUTURE)
    return frozenset(found)


_PATTERNS = (
    (Mood.CONDITION, _CONDITION),
    (Mood.REPORTED, _REPORTED),
    (Mood.UNSURE, _UNSURE),
    (Mood.FUTURE, _FUTURE),
    (Mood.DENIED, _DENIED),
    (Mood.PAST_TALK, _PAST_TALK),
)


def is_asked(sentence: Sentence) -> bool:
    """Whether the sentence asks something: by its mark, its last words or its first."""
    words = _LEFT_OPEN.sub("…", sentence.words)
    if (
        sentence.asks
        or _ASKED_AT_END.search(words)
        or _ASKED_AT_START.search(words)
        or _ASKED_AFTER_COMMA.search(words)
    ):
        return True
    if words.endswith((" à", " à anh", " à em", " à chị")):
        return True
    return bool(_OR.search(_HAY_ALWAYS.sub(" ", words)))


def _somebody_said(words: str) -> bool:
    return any(not _FIRST_PERSON.fullmatch(found["who"]) for found in _SOMEBODY_SAID.finditer(words))
