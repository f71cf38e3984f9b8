"""Whether a staff mail says that the request is done: the whole of it, as a fact, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from worker.policy.staff_actions import Do, Order
from worker.policy.staff_dangers import NOTHING, Doubt, Found
from worker.policy.staff_moods import Mood, is_asked, is_of_others, moods_of, takes_back
from worker.policy.staff_words import Clause, Sentence
from worker.policy.tone_marks import spoken

_FIXED = "sửa|fix|xử lý|xử lí|giải quyết|khắc phục|hoàn thành|hoàn tất"
_WORKED = (
    f"{_FIXED}|làm|cập nhật|update|thay|đổi|đăng|up|upload|gỡ|khôi phục|restore|deploy|vá|đẩy lên|chỉnh|"
    f"chỉnh sửa|triển khai|renew|gia hạn|bàn giao|cấp lại|reset|nhập"
)
_ALL_OF_IT = "hết|toàn bộ|tất cả|cả|hoàn toàn|xuôi|đâu vào đấy|luôn"
_POLITE_END = (
    "rồi|nhé|ạ|em|anh|chị|mọi người|cả nhà|sếp|bạn|đó|đấy|luôn|hết|toàn bộ|ok|thanks|cảm ơn|team|bác|đây|á|hen|ơi|nhá"
)
# What may stand before the words of completion in their clause: the writer, a time gone by, "this one".
_LEAD = (
    "(?:(?:ok|okay|oki|dạ|vâng|ừ|rồi|em|mình|tôi|tui|anh|chị|bên em|bên mình|team|cái này|vụ này|việc này|"
    "yêu cầu này|ticket này|case này|lỗi này|lỗi|TICKET|DAY|hôm qua|hồi nãy|lúc nãy|vừa nãy|nãy|từ sáng|"
    "tất cả|mọi thứ|toàn bộ|"
    "hết|cũng|thì|đều|và|nhé|hi|hello|all|chào|báo cáo|update|bên kỹ thuật|kỹ thuật|tụi em|giúp) ){0,7}"
)
_OBJECT = "(?: (?!là|mà|thì|để|nói|bảo|khi|nếu|xong|rồi|đang|sẽ|chờ|đợi)[^\\s,]+){0,8}?"
_WHOLE_SUBJECT = (
    "it|this|that|this one|that one|everything|all|the issue|the problem|the bug|the request|the ticket|"
    "the whole thing|the error|the site|the website|the form|site|form|issue|bug|problem|ticket|TICKET"
)
_JUST = "(?: now| all| already| just| fully| completely| finally)*"
_OF_ALL = (
    "(?: (?:it|this|that|everything|all|all of it|the (?:update|updates|change|changes|fix|fixes|task|job)|"
    "the work|the whole thing|the request|the ticket|this one|"
    "that one|already|now|today|DAY|just now|and tested|tested|yesterday))*"
)
_FOR_THEM = "(?: (?:for|on) (?:them|her|him|the customer|production|live|our side|good|both .*|all .*))?"
_HAS = "(?:đã|vừa|mới|vừa mới) "
_DONE_CLAUSES = (
    # "xong" alone is a completion only where the clause says nothing else: "hôm nay xong nhé" is an order.
    spoken(
        f"^(?:(?:ok|okay|oki|dạ|vâng|rồi|em|mình|tôi|tui|anh|chị|cái này|vụ này|việc này|yêu cầu này|ticket này|"
        f"TICKET|team|bên em|kỹ thuật|hi) ){{0,3}}(?:(?:{_WORKED}) )?(?:xong|hoàn thành|"
        f"hoàn tất)(?: (?:{_POLITE_END}))*$"
    ),
    spoken(
        f"^(?:(?P<who>\\w+) (?=làm|sửa|fix|"
        f"xử))?{_LEAD}(?:{_HAS})?(?:(?:{_WORKED}){_OBJECT} )?xong (?:từ(?: [^\\s,]+){{1,3}} )?(?:(?:{_ALL_OF_IT}) )*rồi"
    ),
    spoken(f"^{_LEAD}(?:{_HAS})?(?:{_WORKED}) xong (?:{_ALL_OF_IT})(?: (?:{_POLITE_END}))*$"),
    spoken(
        f"^(?:(?P<who>\\w+) (?=làm|sửa|fix|"
        f"xử))?{_LEAD}(?:{_HAS})?(?:{_WORKED}) xong{_OBJECT} rồi(?: (?:{_POLITE_END}))*$"
    ),
    spoken(f"^{_LEAD}{_HAS}(?:(?:{_WORKED}) )?xong"),
    spoken(
        f"^{_LEAD}{_HAS}(?:{_FIXED})(?: được)?(?: (?:lỗi|rồi|lại|giúp|cho|theo yêu cầu|đúng yêu cầu|ổn thỏa|ổn|êm|ngon lành|triệt để|"
        f"dứt điểm|hoàn toàn|toàn bộ|hết|"
        f"tận gốc|cái|vụ|form|trang|web|site|file|mail|link|nút|menu|giao diện|banner|ảnh|ạ|nhé|TICKET)(?: .*)?)?$"
    ),
    spoken(f"^{_LEAD}(?:{_FIXED})(?: được)?(?: lỗi)? rồi(?: (?:{_POLITE_END}))*$"),
    spoken(
        f"^{_LEAD}{_HAS}(?:{_WORKED}){_OBJECT} (?:xong|rồi|(?:theo|đúng|như) yêu cầu)(?: (?:{_POLITE_END}|của khách))*$"
    ),
    spoken(f"^{_LEAD}(?:{_WORKED}) (?:hết|đủ|toàn bộ){_OBJECT} rồi(?: (?:{_POLITE_END}))*$"),
    spoken(
        f"^(?:ok |and |so |yes |now |hi )*(?:{_WHOLE_SUBJECT})(?:'s| is| has been| was| are|"
        f" have been){_JUST} (?:done|fixed|finished|completed|complete|resolved|sorted|repaired|solved|"
        f"working again){_OF_ALL}{_FOR_THEM}$"
    ),
    spoken(
        f"^(?:ok |and |so |yes |now |hi )*(?:i've|i have|we've|we have|i|we|just|have){_JUST} (?:fixed|resolved|"
        f"solved|repaired|sorted)(?: out)?(?: (?:it|this|that|them|everything|the|a|an|their|her|his|"
        f"all)(?: (?!first|but|and|backend|frontend)[^\\s,]+){{0,6}})?{_OF_ALL}$"
    ),
    spoken(
        f"^(?:ok |and |so |yes |now |hi )*(?:i've|i have|we've|we have|i|we|just){_JUST} (?:finished|completed|"
        f"done){_OF_ALL}$"
    ),
    spoken(
        "^(?:(?:ok|okay|yes|yep|dạ|vâng|hi|all|everything|now|just|ticket|TICKET|good now|this one) )*(?:done|"
        "fixed|finished|completed|complete|resolved|sorted|solved|all set|deployed)(?: with (?:this|it|this one|"
        "everything|that))?(?: (?:now|already|and|tested|"
        "deployed|live|it|this|that|everything|all|"
        "just now|today|yesterday|DAY|on our side|on live|on production|to production|to live|for good|sir|boss|"
        "guys|thanks|ok|nhé|ạ|rồi|em|anh|chị|mọi người|sếp|hết|luôn|team))*(?: (?:it was|was|were|due to|"
        "because of|by) .*|(?: in| on) (?:all|both) .*)?$"
    ),
    spoken(
        "^(?:ok |yes )*(?:fixed|resolved|repaired|solved) (?:the|a|an|it|this|their|both|all)(?: (?!first|"
        "backend|frontend|part|and)[^\\s,]+){0,8}$"
    ),
    spoken(
        f"^{_LEAD}(?:{_HAS})?(?:done|fix|deploy|resolve)(?: (?:xong|cái|task|ticket|case|vụ|lỗi|issue|bug|này|đó|"
        f"nó|được))* "
        f"(?:rồi|xong)(?: (?:{_POLITE_END}))*$"
    ),
    spoken(
        "^(?:ok |yes )*(?:this |the |whole |our )*(?:task|ticket|request|issue|bug|problem|job|work|case|TICKET)"
        f"(?: (?:is|has been|now|all|was))* (?:done|fixed|finished|completed|resolved|sorted|solved){_OF_ALL}$"
    ),
    spoken("^(?:all good now|all done|all sorted|all fixed|all set)(?: .{0,60})?$"),
)
_NOT_STAFF = spoken(
    "khách|khach|họ|bên|nó|máy|ai|người|bạn|đối|hệ|server|customer|client|they|he|she|cái|vụ|phần|kế|sếp|chỗ"
)
_NOT_YET_WORDS = spoken(
    "before|after|by (?:noon|lunch|tomorrow|today|tonight|friday|monday|eod|\\d+|DAY|the end)|until|till|"
    "when|once|tomorrow|tonight|soon|nearly|trước khi|sau khi|thì|là xong"
)
_DONE_HINT = spoken(
    "xong|hoàn thành|hoàn tất|đã fix|fix rồi|đã sửa|sửa rồi|đã xử lý|đã làm|done|fixed|finished|finish|"
    "completed|complete|resolved|đóng ticket|đóng yêu cầu|đóng lại|đóng được|close|closed|nearly there|"
    "(?:long|\\w+) fix rồi|deployed|sorted|all set|sửa được|fix được|làm được rồi|chạy được rồi|chạy rồi|"
    "bình thường rồi|bình thường lại|is back|back up|works now|working now|làm rồi|chạy lại rồi|ok rồi|ổn rồi"
)
# What can be done and still not be the request: meals and meetings, looking, testing, a step on the way.
_OTHER_THING_DONE = spoken(
    "(?:họp|ăn|ăn cơm|ăn trưa|uống|đọc|xem|coi|check|kiểm tra|test|gọi|nói chuyện|call|backup|sao lưu|code|"
    "viết|vẽ|tải|download|phân tích|khảo sát|trao đổi|hỏi|báo|nhắn|gửi|học|đi|về|ngủ|debug|soạn|dựng|"
    "thiết kế|cài|setup|nghe|tìm|dịch|chờ|đợi|"
    "tính|ước|nhận|scan|quét|lấy|build|xem qua|log|lên plan|lên kế hoạch|chuẩn bị|review|duyệt|ký|thanh toán|"
    "ghi|mail|chat|gọi điện|phỏng vấn|train|đào tạo)(?: [^\\s,]+){0,4} xong|"
    "(?:là|nút) xong|xong (?:việc|cái|vụ|con|dự án|site|task|ticket|bên|khách) (?:khác|kia|đó|trước|này thì|"
    "này rồi (?:làm|qua|tới|sẽ|mới|tính|chuyển|em)|này em|này anh)|đã làm việc|đã làm rõ|đã làm theo|"
    "việc này đã làm|lịch họp|giờ họp|lịch hẹn|cuộc họp|tiến độ|người phụ trách|người liên hệ|xong việc|xong họp|xong cuộc|"
    "well done|what's done|have done|has done|can be done|could be done|getting it done|get it done|"
    "to be done|nothing done|work done|how it's done|done with you|fixed price|fixed ip|fixed cost|fixed fee|"
    "finished reading|finished my|finished checking|finished the call|finished testing|finished looking|"
    "finished lunch|done with the call|done checking|done testing|done reading|done looking|complete the|"
    "complete a|completely"
)
# Anywhere in the mail these say that something is left, or that the fix is not where the customer is.
_PART_ONLY = spoken(
    "mà giờ|mà nay|rồi giờ|giờ lại|rồi lại|lại (?:treo|hư|hỏng|sập|đứng|chết|mất|vậy|thế|quay)|wrong (?:one|"
    "thing|file|page|site|ticket)|by mistake|nhầm|"
    "phần|bước|gần|sắp|một nửa|1 nửa|nửa|mới xong|mới chỉ|mới được|mới làm|mới sửa|tạm|tạm thời|cơ bản|"
    "về cơ bản|một ít|một số|một vài|vài|hầu hết|trừ|ngoại trừ|riêng|xong trước|đợt 1|giai đoạn|mục|"
    "còn|chưa|nhưng|mà khoan|khoan|à mà|từ từ|theo dõi|staging|bản test|bản nháp|nháp|demo|local|localhost|"
    "server test|môi trường test|trên test|bản dev|my machine|my laptop|locally|my end|máy em|máy mình|"
    "sandbox|beta|thử nghiệm|"
    "chờ|đợi|vẫn|lại lỗi|lỗi lại|lại bị|chỉ|thêm cái|tiếp tục|xem thêm|kiểm tra thêm|test thêm|test lại|"
    "làm tiếp|đang|nốt|tiếp|thiếu|thêm vài|rollback|quay lại|"
    "almost|nearly|half|part|partly|partially|mostly|mainly|except|apart from|remaining|left|still|first|"
    "phase|step|so far|just the|only|but|however|although|though|pending|waiting|wait|monitor|"
    "not|n't|yet|isn't|hasn't|haven't|doesn't|don't|won't|can't|cannot|draft|dev|uat|preview|test server|"
    "in progress|ongoing|working on|temporary|temporarily|workaround|for now|more to go|to go|next|one of|"
    "some of|most of|the rest|other|another|need to|needs|"
    "[1-9]?\\d ?%|1 phần|một phần|trong số|\\d+/\\d+"
)
_HARMLESS = spoken(
    "(?:was|is|just|it's) only|only (?:the|a) (?:cache|typo|dns|setting)|chỉ (?:là|do|tại)|(?:khách|chị ấy|"
    "anh ấy|customer|client)(?: (?:đã|vừa|cũng))* (?:confirm|xác nhận|nghiệm thu|test|check|duyệt)(?: (?:ok|xong|lại))* rồi|"
    "(?:khách|chị ấy|anh ấy|customer|client)(?: [^\\s,]+){0,2} (?:confirm|xác nhận|báo|bảo|nói|test|check|"
    "vào|thử|confirmed|says|said|can)(?: [^\\s,]+){0,4} (?:được|ok|ổn|bình thường|ngon|works?|fine)(?: rồi| "
    "lại| again)?|chưa vat|chưa (?:báo|nhắn|gửi|trả lời|gọi|nói với|nói)(?: cho)? khách|"
    "không còn(?: \\w+){0,3}|hết lỗi|không cần làm gì(?: thêm)?|không vấn đề gì|không có vấn đề gì|không sao|"
    "không bị nữa|"
    "hết bị|không lỗi(?: gì)?(?: nữa)?|"
    "test lại (?:ok|được|bình thường|ổn|ngon)|đã test lại|kiểm tra lại|check lại|test lại giúp|no issues|"
    "no problem|no longer|no more|not a problem|works? on (?:both|all)|nothing else|"
    "đang chạy(?: \\w+){0,3} (?:ok|tốt|ngon|ổn|bình thường|lại)|đang hoạt động|đang ok|"
    "first thing|the other day|chỉ cần|dev tools|đổi lại|đặt lại|phần mềm|phần cứng|toàn phần|thư mục|"
    "danh mục|chuyên mục|mục lục|trừ khi|tiếp nhận|bắt đầu|đầu tiên|but tested|not needed|"
    "no need(?: to \\w+){0,2}|don't worry|should not happen again|won't happen again|không tái diễn|"
    "sẽ không bị nữa|không cần gì nữa|mới nhất|the first|lần đầu"
)
_DONE_BLOCKING = frozenset(
    {Mood.ASKED, Mood.CONDITION, Mood.REPORTED, Mood.UNSURE, Mood.DENIED, Mood.FUTURE, Mood.PAST_TALK}
)
_IMPERATIVE = spoken(
    "(?<!đã\\x20)(?<!vừa\\x20)(?<!mới\\x20)(?<!em\\x20)(?:làm|sửa|fix|xử lý|hoàn thành|giải quyết|cho|lo)(?: [^\\s,]+){0,5} xong (?:đi|giúp|sớm|nhanh|gấp|ngay|"
    "trước|trong|cho|hộ|dùm|thì|rồi thì|là|mới|để|hãy|sẽ|hẵng)|^(?:làm|sửa|fix) xong (?!rồi)(?:đi|giúp|"
    "cho|nhé (?:em|anh))|"
    "xong (?:đi|giúp|sớm|nhanh|gấp|ngay|trước|trong|thì|là|mới|hãy|hẵng|chứ)|xong rồi (?:thì|hãy|hẵng|mới|là|"
    "làm|báo|nhắn|gọi|tính|đóng|chuyển|qua|sang|gửi|nói|ghi)|^(?:phải|cần|cho|ráng|nhớ|cố|hoàn thành|hoàn tất) |"
    "nói(?: [^\\s,]+){0,3} là (?:đã )?xong|bảo(?: [^\\s,]+){0,3} (?:là )?(?:đã )?xong|"
    "báo(?: [^\\s,]+){0,3} là (?:đã )?xong|cứ (?:nói|báo|bảo|ghi)|coi như xong|xem như xong|đánh dấu|mark|"
    "hoàn thành (?:trước|"
    "trong|sớm|vào|đúng|giúp|đi)|hoàn tất (?:trước|trong|sớm|vào|giúp|đi)"
)


# What works again is no completion by itself; together with an order to close it is.
_WORKS = spoken(
    "(?:chạy|hoạt động|vào|gửi|nhận|hiển thị|load|đăng nhập)(?: [^\\s,]+){0,3}? (?:lại )?(?:được|bình thường|ok|ổn|ngon|tốt)(?: lại)? rồi|"
    "(?:up|làm|sửa|fix|thay|cập nhật|đăng|xử lý)(?: [^\\s,]+){0,3} rồi|ok rồi|ổn rồi|bình thường rồi|works? (?:now|again|fine)|"
    "working (?:now|again)|is back|back up|(?:it's|is) ok now|fixed|done|xong"
)
_CLOSES = spoken(
    "^(?:ok |nên |vậy |thì |em |anh |chị |mình |please |pls |you can |can |i'm |so |cho |để )*(?:đóng|close|closing)(?: (?:ticket|yêu cầu|"
    f"case|task|vụ|lại|giúp|được|nó|cái|này|it|this|the|request|now|please|TICKET|{_POLITE_END}))*$"
)


def _closes_what_works(sentences: Sequence[Sentence], now: datetime) -> bool:
    """Whether the mail says that it works again and orders the request closed: "chạy lại bình thường rồi, close nhé"."""
    parts = [part for one in sentences for part in one.clauses() if not part.quoted]
    is_plain = not any(
        _DONE_BLOCKING & moods_of(one.with_words(_HARMLESS.sub("…", one.words)), now) for one in sentences
    )
    return (
        is_plain and any(_CLOSES.search(one.words) for one in parts) and any(_WORKS.search(one.words) for one in parts)
    )


def find_done(sentences: Sequence[Sentence], now: datetime) -> Found:
    """A completion of the whole, said as a fact: "xong rồi nhé", "đã fix", "Fixed, tested on Chrome"."""
    signs = [one for one in sentences if _says_done(one, now)]
    hints = [one for one in sentences if _DONE_HINT.search(one.words)]
    if not signs and not _closes_what_works(sentences, now):
        return Found(doubt=Doubt.DONE) if hints else NOTHING
    is_whole = not any(says_part(one) or takes_back(one) for one in sentences) and all(
        _is_quiet(one, signs) for one in hints
    )
    names_another = any("TICKET" in one.words for one in sentences)
    if not is_whole or names_another:
        return Found(doubt=Doubt.DONE)
    return Found(Do(Order.DONE))


def _says_done(sentence: Sentence, now: datetime) -> bool:
    words = sentence.words
    signed = any(_is_done_clause(part) for part in sentence.clauses())
    if not signed or _OTHER_THING_DONE.search(words) or _IMPERATIVE.search(words):
        return False
    return not _DONE_BLOCKING & moods_of(sentence.with_words(_HARMLESS.sub("…", words)), now)


def _is_done_clause(part: Clause) -> bool:
    said = next((found for sign in _DONE_CLAUSES if (found := sign.search(part.words))), None)
    if said is None or is_of_others(part) or _NOT_YET_WORDS.search(part.words):
        return False
    who = said.groupdict().get("who")
    return not who or not _NOT_STAFF.fullmatch(who)


def says_part(sentence: Sentence) -> bool:
    """Whether a sentence says that something is left: "còn trang tiếng Anh", "not on live yet"."""
    return _PART_ONLY.search(_HARMLESS.sub("…", sentence.words)) is not None


def _is_quiet(hint: Sentence, signs: Sequence[Sentence]) -> bool:
    """Whether another mention of completion neither asks nor denies what the signs say."""
    return hint in signs or not is_asked(hint)
