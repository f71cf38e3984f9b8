"""Whether every clause beside a yes is harmless: acceptance is refused by default.

A clause with any word that could take something back, ask, put off, single out or change (`_AGAINST`, `_DOUBTFUL`) counts
against a yes, unless the words around it are known to be harmless (`_HARMLESS`): courtesy, how to reach the customer, how
to pay, please start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from worker.policy.customer_cues import BOSS, WHO
from worker.policy.plain_words import Sentence, phrases

_AGAINST = phrases(
    # a yes to something else: the form of a paper, an appointment, a draft
    "(format|layout|agenda|meeting|minutes|invitation|nda|draft|sample|schedule|profile|lịch họp|lịch hẹn|biên bản|mẫu|"
    "bản nháp|nội quy)( …)? (is|are|looks|thì|là)?( …)? ?(ok|fine|good|approved|accepted|được|ổn|đồng ý|duyệt)",
    # somebody is to judge yet
    "(xem|coi|đọc|duyệt|rà|kiểm tra|kiem tra) rồi (mới )?(ký|chốt|duyệt|làm|tính|trả lời)|pháp chế|phap che|pháp lý|legal",
    "procurement|evaluate|evaluation|để( …)? (xem|coi|duyệt|rà|kiểm tra|đánh giá)",
    # another price than the one that stands
    "(?<!báo )giá (của |ở |theo )?(lần|bản|đợt|hôm|hồi|lúc|đầu|thoả thuận|mới|cuối|bên|giống|bằng|chỗ|nhân viên)",
    "(lần|bản|báo giá) (báo |gửi )?(đầu|đầu tiên|trước|cũ|thứ nhất)",
    "tính( {who})? (tiền|giờ|công|theo|phí|giá|thêm|lại|riêng|ra)|tinh (tien|gio|cong|theo|phi|gia|them|lai|rieng|ra)",
    "theo (kiểu|mẫu|giống|giờ|thực tế|ngày công|khối lượng|kết quả|file|chỉnh sửa|góp ý)|theo (gio|thuc te|file)",
    "(with|as per|see) (the |my |our )?(comments?|remarks?|amendments?|corrections?|edits)|amended|corrected|adjusted",
    "nobody|nothing|ever|hourly|actuals|per hour|basis|on condition",
    # if it were so
    "mà (được|có|ký|duyệt|ok|chịu|xong|đồng ý|kịp)( …)? (là|thì)|là (làm|triển khai|chạy|ký|chốt|tiến hành) (ngay|liền|luôn)",
    # no
    "không|chưa|chẳng|chả|đừng|khỏi|hổng|‹chớ›|‹đâu›|thôi|huỷ|dừng|ngưng|ngừng|hoãn|gác|rút|từ chối|tiếc",
    # if
    "nếu|miễn|‹trừ›|ngoại trừ|tru (phan|muc|hang|cai|tien|ra)|điều kiện|đk|hễ|giá mà|phải chi|chỉ cần|tuỳ|tùy",
    "thì mới|rồi mới",
    "mới (ký|chốt|làm|chuyển|lấy|trả)|bắt buộc|khi nào|lúc nào|chừng nào|bao giờ|trước khi|sau khi|cam kết",
    "đảm bảo|phạt",
    "({who}) (ký|chốt|duyệt|lấy|mua) (ngay|liền)|phải (có|được|xong|kèm|là|cho|bảo)",
    "(ok|đồng ý|duyệt|chốt|ký|làm)( rồi)? thì",
    # but
    "nhưng|nhma|nhưg|nhug|tuy|‹song›|‹mà› (giá|cho|phải|chưa|bớt|giảm|sao|không|đừng|thôi|trừ)",
    "ma (gia|cho|phai|chua|bot|giam|sao)",
    "riêng|‹chỉ›|‹mỗi›|ngặt|có điều|kẹt|tội|‹chứ›|chi (lay|phan|can|xin)",
    "(con|‹còn›) (phan|phần|cai|cái|muc|mục|lai|lại|may|thieu|thiếu|giá)",
    # another price, other terms
    "bớt|giảm|rẻ|đắt|‹mắc›|chát|căng|cao (quá|vậy)|quá cao|(một|1|giá|trước|làm) nửa|nửa (giá|số|tiền)|rưỡi",
    "phần trăm|miễn phí",
    "khuyến mãi|chiết khấu|ưu đãi|tặng|bao gồm|‹gồm›|trọn gói|bao (vat|luôn|hết|cả)|trả góp|công nợ|‹nợ›",
    "trả (sau|chậm|dần|làm)",
    "lùi|dời|đổi|thay (bằng|vì|đổi|thế|cho)|‹bỏ›|bo (phan|muc|cai|bot|ra|qua|di)|xoá|gộp|tách|‹chia›|điều chỉnh",
    "cân đối|thương lượng",
    "(xong|ưng|đẹp|chạy|nghiệm thu)( …)? ({who} )?(mới )?(đưa|trả|gửi tiền|chuyển|thanh toán|tính tiền)",
    "(tiền|giá|chi phí|thanh toán) thì|làm tròn|tròn|‹chẵn›|giá (cũ|khác|nào|trên trời|hữu nghị)|năm ngoái",
    "(lần|hôm|hồi) trước|tối đa|không quá",
    # a part
    "hạng mục|‹mục›|phương án (a|b|c|1|2|3|hai|ba|một)|‹trước›|lam truoc|thử|sơ bộ|nguyên tắc|giai đoạn|cơ bản",
    # later
    "‹chờ› (sếp|duyệt|ý kiến|kế toán|vợ|chồng|họp|tin|bên|có)|cho (sep|duyet|y kien|ke toan|vo|hop|tin)",
    "doi (sep|duyet|chi|xiu|chut|y kien|von)",
    "‹đợi›|để (hỏi|xem|coi|tính|bàn|họp|đó|sau|suy nghĩ|{who} (hỏi|xem|coi|tính|bàn|họp|suy nghĩ|nghĩ|báo|trình))",
    "de (hoi|xem|coi|do|tinh)",
    "cân nhắc|từ từ|khoan (đã|em|hẵng|vội|làm|nha)|‹vội›|‹chắc›|chac (la|phai|vay|duoc)|hình như|dự kiến|báo lại",
    "so sánh|tham khảo",
    "(tháng|tuần|năm|quý) (sau|tới) (tính|báo|trả lời|nha|nhé)|lâu (quá|thế|vậy)|(trễ|muộn) (quá|thế)",
    # no more than received
    "nhận được|đã nhận(?! và)|(?<!chấp )nhận (rồi|mail|thư|báo giá)|(?<!chap )nhan (roi|duoc|mail)|biết rồi",
    "đã đọc|received(?! (internal|final|board|the|our) approval)|noted|confirm receipt",
    # a question
    "‹sao›|bao nhiêu|bao lâu|‹hả›|‹hở›|nhỉ|‹hay›|mấy (ngày|tháng|năm|giờ|bữa|tuần|trang|lần|người)|không biết",
    "thắc mắc",
    # English
    "not|no|never|neither|nor|none|[a-z]+n't|cannot|if|unless|provided|providing|assuming|except|excluding|minus",
    "but|however|though",
    "although|yet|only",
    "(in|first|second|one|this|that|last) part|part of|partly|half|less|lower|cheaper|discount|free|expensive",
    "instead|rather|change|changes",
    "without|until|till",
    "would|could|might|should|maybe|perhaps|probably|likely|pending|ask|subject|condition|conditions|drop|skip",
    "remove|cancel|stop|hold|delay|postpone|postponed|whether|what|why|how|which|extra|additional|add|include",
    "including|includes|included",
    "inclusive|plus|reduce|reduction|negotiate|split|instal+ments?|net|guarantee|phase|item|items|option",
    "principle|tentatively|tentative|almost",
    "nearly|unfortunately|regret|wish|think|thinking|review|revise|up to|another|thought|on the understanding",
    who=WHO,
)
_DOUBTFUL = phrases(
    "‹mà›|‹còn›|‹kèm›|sửa|thêm|phần|gói|‹tạm›|‹chờ›|‹để›|de (a|e|chi|anh|em|ben)|hỏi|‹trình›",
    "trinh (sep|ky|giam doc|duyet)|xem|coi|nghĩ",
    "quyết|sẽ|có thể|‹định›|‹tính›|‹họp›|hop (xong|ban|noi bo)|‹bàn›|ban (lai|voi|bac)|trao đổi|thảo luận|xin",
    "phép|giá như",
    "‹gì›|‹nào›|‹ai›|‹mấy›|hiểu|before|once|when|‹may›|wait|waiting|later|check|discuss|consider|who|where|first",
    "hope|hopefully|revised|will|let me",
    "already|then|receipt",
)
_HARMLESS = phrases(
    # courtesy
    "đề nghị( {who}| quý công ty| quý cty)?( cho)?( sớm)? (triển khai|thực hiện|tiến hành|bắt đầu|bố trí|xuất hoá đơn)",
    "theo tờ trình( đã| được)*( …)? (phê duyệt|duyệt|thông qua)|tài khoản|tạm ứng|thanks( you)? for waiting",
    "(triển khai|làm|chốt|tiến hành|bắt đầu) (thôi|đi|luôn) nào|đã (tư vấn|giải thích|hướng dẫn)( nhiệt tình| kỹ)?",
    "(chuyển|thanh toán|xuất|gửi)( ……)? như (lần trước|mọi khi|mọi lần|trước|cũ)|quyết định làm",
    "cảm ơn( {who})?( vì)? đã (tư vấn|giải thích|hướng dẫn|hỗ trợ)( nhiệt tình| kỹ)?|thứ (hai|ba|tư|năm|sáu|bảy|2|3|4|5|6|7)",
    "để( {who})? (xuất|viết|ghi|làm) (hoá đơn|hợp đồng)|xin duyệt|nothing to (add|change)( from)?|first thing",
    "mấy (em|anh|chị|bạn|cháu|đứa)|sorry (about|for) the wait|tui|coi bộ|tin {who} mà|giá như (vậy|thế|này|trên)",
    "(already|then) (sign|signed|approve|approved|agree|agreed|paid|transferred|sent)( and (sign|signed|approve|approved))?",
    "(the|your|my|our) first (invoice|payment|instal+ment|half)|upon receipt( of)?|chờ( {who})? gửi",
    "để (trong|ở|tại) (link|drive|file|thư mục)|(thôi|đi) nào|còn (bán|chạy|khai trương)|gửi thêm|gui them",
    "(hoá đơn|chuyển|trả) tạm ứng|hôm nào|lúc nào cũng được|hỏi hoài|(không|chẳng)( có)?( gì)? phải sửa( gì)?( thêm)?",
    "(không|chẳng) mặc cả( …)? gì|mấy (cái|thứ) này|không cần sửa( gì)?",
    # courtesy, as set forms
    "(mong|để|chờ) (sớm )?nhận được (hợp đồng|hoá đơn|phản hồi)|mới trả lời|mà nhớ (xuất|ghi|gửi)",
    "cho( {who})? biết nhé|thank you for waiting",
    "xin (chào|cảm ơn|cám ơn|lỗi|xác nhận|mời|nhờ|vinno|quý)|giá mềm( mà)?",
    "(bản )?(scan |gốc )?(có |đủ )(chữ ký|dấu đỏ|dấu)( của {who})?",
    "(gửi|gởi)( {who})? (bản|hợp đồng|báo giá)( …)? (ký|đóng dấu|dấu đỏ|chữ ký|scan|gốc)|for signature",
    "(matches|match|is|as) what we( …)?",
    "(rất |xin )?cảm ơn( {who})? đã( …)?|không có gì|không sao|chúc( …)?|sorry for (the|my|our|a)( …)?",
    "thank you for( …)?|thanks for( …)?|hope (you are|this|all)( …)?|mấy (hôm|bữa|ngày|nay|tuần)( nay)?",
    "(trả lời|phản hồi) (trễ|muộn|chậm)",
    # it was thought over
    (
        "(xem|coi|đọc|bàn|họp|trao đổi|hỏi|nghĩ|suy nghĩ|quyết|cân nhắc|tính|trình|hội ý|thảo luận)( với| lại|"
        " qua| nội bộ| ý kiến)*( {boss})?( kỹ| xong)* rồi"
    ),
    "(xem|coi|đọc)( rất)? kỹ|(đã|vừa)( {who})? (xem|coi|đọc|bàn|họp|trao đổi|hỏi|trình|quyết|cân nhắc)( …)?",
    "(họp|bàn) xong|sau khi (xem xét|xem|trao đổi|thống nhất|bàn bạc|cân nhắc|họp|thảo luận|nghiên cứu)( …)?",
    "(discussed|talked|thought|checked|reviewed|went)( …)? (it|this|that|over|through|with)( …)?",
    # nothing to object
    "(không|chẳng)( có| còn)?( gì)?( phải)? (vấn đề|ý kiến|thắc mắc|phản đối|sửa|góp ý)( gì)?( thêm| nữa| cả| khác)*",
    (
        "(thôi )?(không|chẳng|khỏi|khoi|đỡ phải|khỏi phải)( {who})? (trả giá|mặc cả|so đo|kỳ kèo|kì kèo|hỏi thêm|"
        "hỏi|suy nghĩ|nghĩ|gọi lại|lo|ký tá|nói nhiều|bàn|so sánh|phân vân|lăn tăn|do dự|chần chừ|đòi hỏi|"
        "đắn đo)( …)?( gì)?( thêm)?( nữa| đâu| nhiều| chi)*"
    ),
    "không( …)? (rành|thành vấn đề)( …)?|không cần hợp đồng( đâu)?",
    "no (further )?(objections?|questions?|problems?|issues?|changes)( from)?",
    "(nothing|no) (more )?to (add|change)|thôi( thì)? được( rồi)?",
    "(làm|triển khai|tiến hành|start|chốt|ok|vào việc) thôi|(triển|chiến|chạy|quất) thôi|thôi nào",
    "(đợi|chờ) gì nữa|nhưng thôi|nhưng( {who})? (đã|nay|giờ)( ……)? rồi",
    "(mắc|đắt|cao|chát)( …)? (nhưng|mà) (thôi|vẫn|được|đáng|chất lượng|xem kỹ)|(hơi|có) (mắc|đắt)",
    "a (bit|little) (high|steep|expensive)( ,)? but",
    "which (is|was) (rare|good|great|fine|nice|helpful|clear|perfect)",
    "(không|chẳng)( {who})? thêm bớt( gì)?|but (everyone|everybody|all)( …)? (said yes|agreed|agree)",
    # please start
    "(cứ|thế|vậy|báo giá|phương án)( …)? mà (làm|triển khai|triển|tiến hành|thực hiện|chạy)",
    "có thể (bắt đầu|khởi động|làm|triển khai|tiến hành)",
    "({who}|you) may (begin|start|proceed|go ahead|consider)|everything in (the|your) (quote|offer|quotation)",
    "please consider (this|the|it|our)|(consider|treat) (the|this|it)( …)? (accepted|approved|order|confirmed)",
    "để( …)? (kịp|chạy|bán|khai trương)|(cả|hết)( …)? (gói|mục|phần|hạng mục)|gói (đó|này)",
    "để (bên )?({who})? ?(ký|chuyển khoản|chuyển|thanh toán|ck)",
    "de (a|e|chi|anh|em) (ky|chuyen|ck)",
    # how to reach us, what we need from each other
    "có gì( …)? (gọi|nhắn|hỏi|báo|liên hệ|alo|ib|nói|trao đổi|gửi)( …)?|co gi( …)? (goi|nhan|bao|ib|alo)( …)?",
    "can gi( …)?",
    "cần( …)? (gì|thông tin|thêm gì)( …)? (báo|nhắn|gọi|hỏi|nói|gửi|ib|liên hệ|cứ)( …)?",
    "(mọi|các)? ?trao đổi (kỹ thuật|công việc|thông tin|chi tiết)",
    "(khi nào|lúc nào|bao giờ|chừng nào|khi)( …)? (xong|cần|qua|bắt đầu|làm|tới|có)( ……)? (báo|nhắn|gửi|gọi|hỏi)( …)?",
    "mấy cái (ảnh|hình|file)",
    (
        "(when|once|as soon as) (you|it|everything|it's|the work)( …)? (done|finished|ready|start|send|have|need|"
        "begin|finish|is|are)( …)?"
    ),
    "when (can|will|do) (you|we|your)( …)? (start|begin|contact|call|come)|if you (need|have|require|want)( …)?",
    "if (anything|needed|necessary)( …)?",
    "nếu (có|cần|thiếu|vướng)( …)?( gì| thông tin| thêm| thắc mắc)*|let me know (when|if)( …)?",
    # pay, invoice, papers
    "(sẽ|xin) (thanh toán|chuyển|gửi|liên hệ|cung cấp|ck|ký|soạn|đóng dấu)( …)?|xin (số tài khoản|stk|hợp đồng)",
    "(‹đính›|file|mail) kèm|địa chỉ|dia chi",
    "((chuyển|hoá đơn|tiền|thủ tục) tạm ứng|tạm ứng|ứng|thanh toán|chuyển|trả|gửi|cọc|đặt cọc) trước",
    "(cọc|ứng|chuyển)( …)? (một|1) nửa|bàn giao|kế toán|thay mặt|thay cũng|sửa soạn|mới sửa",
    "will (send|transfer|pay|contact|forward|cc|follow|sign|call|be paid|wire|reach|come|arrive|share|give)( …)?",
    "(first|other) (half|instalment|thing)",
    "check (your|tài khoản|giúp|account)|check( …)? (giúp|rồi|nhé)",
    "(revised|final|new) (offer|quote|quotation|price)|up front|so then|then please",
    "not (to|for) (me|us|him|her|my [a-z]+|the [a-z]+)",
    "(trước khi làm )?(gửi|cho) {who} (xem|coi|duyệt) (mẫu|bản nháp|demo|thiết kế|giao diện)( trước)?( cái)?( đã)?",
    "(on|over) (friday|monday|tuesday|wednesday|thursday|the weekend)|(were|was|am) convinced",
    "(also|all) (understood|agreed|happy|fine)",
    (
        "(phần|phan) (nội dung|hình|hình ảnh|giấy tờ|đăng nhập|bài|bài viết|ảnh|chữ|noi dung|tài liệu|"
        "logo)( ……)? (gửi|làm|bổ sung|cung cấp|để|đặt)( trước| sau)?( …)?"
    ),
    who=WHO,
    boss=BOSS,
)


CONSENT = phrases(
    "(triển|‹chiến›|‹quất›|‹múc›) (luôn|đi|thôi|nhé)|trien (luon|di|thoi|nhe)|làm (lẹ|sớm|nhanh|liền|luôn|giúp)",
    "vào việc|khởi công|đồng lòng|đặt (hàng|làm)( luôn)?|mình đặt",
    "(theo|lấy|đặt|chọn|mua)( cái này| gói này)? luôn|theo (báo giá|phương án)|lấy (cả|nguyên|luôn|hết)",
    "sử dụng (dịch vụ|phương án)",
    "(sếp|ba|má|mẹ|chồng|vợ|ông xã|bà xã)( {who})? (nói|bảo|kêu) ,? ?làm|({who}) (làm|chịu|ký|theo|gật)(?= *,|$)",
    "^ký$",
    "signed (the |and |your )?(quotation|quote|document|copy|offer|it|returned)",
    "(you have|got|here is) (my|our) go ,? ?ahead|all set to go",
    "let's (roll|go|get (this|it) (done|started|going)|make it happen|do (it|this))",
    "(as|for) (a )?(confirmation|our order|our confirmation)",
    "consider it (ordered|done|approved|accepted)|acceptance of|(yep|yes|ok)( ,)? do it|^go$|get started",
    "please begin|so yes",
    who=WHO,
)
"""Words of consent that are also said of other things: they count only where what was learned agrees."""


def harmless_apart(said: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """The sentences with all that is known to be harmless replaced by `#`."""
    return tuple(replace(one, words=_HARMLESS.without(one.words)) for one in said)


def unaccounted(left: Iterable[Sentence], *, strictly: bool = True) -> str | None:
    """The first words in what `harmless_apart` left that could keep a yes from being one, or none.

    Not `strictly`, words are let pass that as often stand in harmless clauses: for a yes that is beyond doubt otherwise.
    """
    for sentence in left:
        if match := _AGAINST.search(sentence.words) or (_DOUBTFUL.search(sentence.words) if strictly else None):
            return match[0]
    return None
