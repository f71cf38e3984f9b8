"""The phrases by which customers say yes, no, "cheaper", "still broken" and the rest: tables, found by `plain_words`.

Each table is one thing that can be heard in a sentence. What a mixture of them means is decided in `customer_intent`.
"""

from __future__ import annotations

from worker.policy.plain_words import phrases

WHO = (
    "a|bên (anh|chị|em|mình|tôi|này|cô|chú|công ty|đây)|anh|chị|em|mình|tôi|cô|chú|bác|cháu|con|tui|dì|cậu|"
    "thầy|ông|bà|shop|ad|team|công ty|chúng tôi|chúng mình|tụi (chị|anh|em|mình|tui)|bọn (anh|chị|em|mình)|"
    "bạn|mọi người|các (em|bạn|anh)|vinno|nhà (chị|anh|mình)|bên công ty"
)
END = (
    "(?= *,|$)|đi|nhé|nha|luôn|liền|ngay|thôi|em|anh|chị|ạ|cho|giúp|theo|với|rồi|nào|hen|hén|cháu|con|bạn|"
    "như|từ|kịp|sớm"
)
BOSS = (
    "(các )?sếp|giám đốc|tổng giám đốc|phó giám đốc|ban (giám đốc|lãnh đạo|quản trị|giám hiệu)|lãnh đạo|"
    "kế toán|trưởng phòng|vợ|chồng|ông xã|bà xã|gia đình|bên (trên|mẹ|nhật|mỹ|hàn|sing|tài chính|mua hàng)|"
    "cấp trên|đối tác|cổ đông|hội đồng|tổng công ty|công ty mẹ|chủ|"
    "phòng (mua hàng|tài chính|kế toán|kỹ thuật|ban)|team|nội bộ|mọi người|anh em|cả nhà|con (trai|gái)"
)

# ---- yes ------------------------------------------------------------------------------------------------------------

YES = phrases(
    "làm sớm (giúp|cho|nhé|nha|đi)|^làm(?= *,|$)|({boss}|chị|anh|em|mình|cô|chú)( đã| vừa)? gật( đầu)? rồi",
    "bắt đầu được rồi|(his|her|their|board|director|management|internal|final)( …)? approval",
    "(thống nhất|quyết định|chọn) (dùng|chọn|làm với|đi với) (vinno|bên em|em)",
    "(confirm|approve|accept|proceed|start|go)( làm| rồi| luôn| nha| nhé| đi| giúp| triển khai)+",
    "(bên (mình|em|anh|chị)|sếp( em| anh| chị)?) (confirm|approve|accept|oke|ok)|(cho|được) triển khai",
    "(thuận|chịu) giá|giá( …)? chịu rồi|on board|không có gì( …)? (sửa|thêm|góp ý|bàn|ý kiến)",
    "(gửi|gởi) (hợp đồng|hoá đơn)( …)? (ký|thanh toán)",
    "đã (gửi|chuyển)( cho)? kế toán( …)? (thanh toán|chi|chuyển)",
    "cứ( theo)?( …)? (báo giá|phương án|vậy|thế|hợp đồng) mà (làm|triển khai|tiến hành|thực hiện)",
    "(bằng lòng|chịu rồi|ưng thuận)",
    (
        "({boss}|chị|anh|em|mình|bên (anh|chị|em|mình))( thì| cũng| đã)? (ok|duyệt|ký|"
        "đồng ý)( nội bộ)?( xong)? rồi( đó| nha| nhé)?"
    ),
    "(hereby|fully|happily|formally|gladly) (accept|approve|agree|confirm|authori[sz]e)|you convinced me",
    "as it is accepted|no further questions",
    (
        "(chị|anh|em|mình|cô|chú|bên (anh|chị|em|mình)|công ty)( đã)? quyết (rồi|định làm|định chọn|định đặt|"
        "định triển khai|làm)"
    ),
    (
        "(chọn|lấy|làm|đặt|theo) (gói|phương án|bản|combo)( này| đó| đấy| ấy| kia)?( cho|"
        " giúp)?( {who})?( luôn)? (nhé|nha|đi|luôn|rồi)"
    ),
    "(làm|triển khai|thực hiện) (cho|giúp) {who}( …)? (nhé|nha|đi|luôn|nghen|ạ)",
    "(‹ưng› ý|‹ưng› bụng|‹ưng› rồi|chịu giá|ok giá|ok hết|được giá)( rồi| đó| này| luôn)?",
    "giao cho (em|bên em|vinno|bạn|các em)|(bắt tay|xắn tay)( vào)? làm",
    "(không có|không) (ý kiến|vấn đề|thắc mắc|phản đối)( gì)?( thêm| nữa| hết| cả| với)?",
    "(lên|xếp|sắp|đặt) lịch (làm|thực hiện|triển khai)?",
    "(gửi|xuất|làm|soạn)( giúp)?( {who})? (thông tin chuyển khoản|hợp đồng giúp|hoá đơn luôn)",
    "để( {who})? (chuyển|ck|chuyển khoản|đặt) (cọc|tiền)",
    "(làm|bắt đầu|triển khai)( từ| vào)? (thứ|ngày|tuần|mai|hôm nay)( …)? (nhé|nha|đi|luôn)",
    "báo team (làm|bắt đầu|triển khai)|(it's|it is|that's|here's|this is)( a)? (yes|go|deal)",
    "(yes|ok|okay|fine|go|agreed|accepted) (from|on|by|for) (our|my|us|me|this|the)( side| end| part)?",
    "(fine|ok|okay|good) (by|with|for) (us|me)",
    "start (whenever|when|on|from|the work|work|next|tomorrow|monday|right away|immediately|as soon)",
    (
        "(we|i)('ll| will|'d like to| would like to| want to| are going to| have decided to)? (take|order|"
        "go with|choose|opt for|go for|buy|have) (it|this|that|the (offer|quote|package|plan|option|second|"
        "first)|your)"
    ),
    "kick (it )?off",
    ("(please|kindly) (schedule|book|invoice|start|begin|proceed|arrange|put (it|us)|prepare the (contract|invoice))"),
    "(consider|treat)( …)? (accepted|approved|confirmed|acceptance|as accepted|as approved)|ready to sign",
    "get it done|get (going|cracking)|order confirmed",
    "(attached|here|enclosed) is( the| our)? (signed|po|purchase)|đồng ý|nhất trí|tán thành|chấp nhận",
    "chấp thuận|phê duyệt|(đã|vừa|được|mới)( … )?thông qua|thông qua (rồi|báo giá)",
    "duyệt(?! (thư|mail|bài|web|email|tin))|chốt|gật đầu",
    "(vậy|em|thôi|cứ|con|ok)( cứ)? (mần|triển)(?= (đi|luôn|nha|nhé|liền)| *,|$)|mần (đi|luôn|liền|nhé)",
    ("(sắp xếp|bố trí|cho (người|anh em|kỹ thuật|thợ|đội)( … )?)( … )?(làm|vào việc|triển khai|thực hiện|tiến hành)"),
    "thống nhất (với )?(báo giá|phương án|giá|như|theo|vậy|thế|làm|triển khai)",
    (
        "(cứ|em|ok|thì|vậy|rồi|ừ|bạn|cháu|con|bên em|mình|giờ|hãy|mau|vinno) (cứ )?(thế |vậy )?(mà )?(làm|"
        "triển khai|tiến hành|thực hiện|bắt đầu|khởi động)( luôn| liền| ngay| đi| thôi| tiếp| giúp|"
        " cho)*( {who})?(?= (đi|nhé|nha|luôn|liền|ngay|ạ|theo|thôi|giúp|cho|với|hen|em|rồi)| *,|$)"
    ),
    (
        "(làm|triển khai|tiến hành|thực hiện|bắt đầu|khởi công|khởi động|xúc tiến|vào việc|‹quất›|‹múc›|"
        "‹triển›)( làm)? (đi|luôn|liền|ngay|nhé|nghe|con|cháu|thôi|giúp (chị|anh|em|mình|cô|chú|bên)|cho (chị|"
        "anh|cô|chú|kịp|sớm|mình)|theo (báo giá|đúng|như|phương án)|hen|hén|em nhé|em nha)"
    ),
    (
        "(đề nghị|mời|nhờ|kính nhờ|kính đề nghị|mong|yêu cầu)( {who}| quý công ty| quý cty|"
        " bên bạn)?( cho)?( cứ)?( sớm)? (làm|triển khai|tiến hành|thực hiện|bắt đầu|khởi công|khởi động)(?= (đi|"
        "nhé|nha|luôn|ngay|sớm|cho|giúp|theo|với|ạ|trong|từ|em|càng|đúng|như)| *,|$)"
    ),
    ("(cho|cứ cho) (làm|triển khai|tiến hành|thực hiện|bắt đầu|khởi công|chạy|khởi động)( luôn| đi| nhé| nha| sớm|,)"),
    "xác nhận (đồng ý|đặt|làm|báo giá|triển khai|thực hiện|duyệt|mua|chốt|sử dụng)",
    "(anh|chị|tôi|mình|bên (anh|chị|mình|em)|công ty|chúng tôi) xác nhận(?= *,|$| nhé| nha| ạ| theo| với)",
    (
        "(đã |vừa )(… )?(chuyển khoản|chuyển tiền|chuyển cọc|đặt cọc|thanh toán (đợt|cọc|trước|50|30|40|100|đủ|"
        "xong phần cọc)|cọc|chuyển (đợt|50|30|40|100|đủ|tiền))"
    ),
    "(chuyển khoản|chuyển cọc|đặt cọc|cọc|chuyển tiền)( … )?( (30|40|50|60|70|100)%?)? (rồi|xong)",
    "(đã|vừa) ký( …)?( và)?( …)?(báo giá|bản|hợp đồng rồi|đóng dấu|giấy)|ký (rồi|xong)",
    "(đã|em|chị|anh) đóng dấu|làm hợp đồng (đi|luôn|nhé)",
    "(lên|soạn|gửi|làm) hợp đồng (đi|luôn|nhé|nha|cho|qua|sang|để ký)",
    (
        "(giá|báo giá|phương án|chi phí)( này| đó| vậy| thế)?( là)? (ok|oke|được|hợp lý|ổn)( rồi| đó| đấy| nhé|"
        " nha| em)*( ,)? (làm|triển khai|tiến hành|em làm|em cứ)"
    ),
    "ok (làm|triển khai|tiến hành|giá|báo giá|phương án|chốt|với (báo )?giá|nhận|đặt)",
    "lấy (gói|phương án|cái) này",
    (
        "(i|we|i'm|we're|management|board|boss|he|she|they|director|team|everyone|all|both)( (have|has|had|are|"
        "is|am|do|can|hereby|all|fully|now|also|just|just now))* (accept|accepts|accepted|agree|agrees|agreed|"
        "approve|approves|approved|confirm|confirmed|confirms|signed off( on)?|signed (the|your|this) (quote|"
        "quotation|offer|copy|order)|sign)(?! (that|the receipt|receipt|whether|if|when))"
    ),
    (
        "(quote|quotation|offer|proposal|price|budget|work|it|this|that|order|estimate)( (is|was|has been|"
        "have been|are|got|gets))( (now|hereby|just|fully))* (accepted|approved|agreed|signed|confirmed|fine|ok|"
        "okay|good|acceptable|signed off)"
    ),
    "accepted|approved|agreed|confirmed|(a|have a|got a) deal(?! of)|^deal$|green light|go for it|good to go",
    "you have (my|our) (approval|permission|blessing)|you are good to go|count us in|we're in",
    "happy with (the|your|this) (price|quote|offer|quotation|proposal)",
    (
        "((happy|glad|like|want|ready|pleased|decided|wish|love) to|let's|please|kindly|just|yes|ok|you can|"
        "you may|can|do|then|and|so|so please) (go ahead|proceed|move forward|get started|start|begin|do it|"
        "do the work|carry on|continue)"
    ),
    "go ahead|proceed|let's (do|go)|do it please|please do( it| so| the)?|move forward|formal acceptance",
    "(we|i) have no objections?|no objections? from|(you have|here is) our (go|ok|approval|green light)",
    "sign(ed)? off on (it|this|the quote)|(that|it|price|all|everything) works for (us|me)",
    "(purchase order|po|deposit|down payment)( …)?( is| has been| was)? (attached|sent|paid|transferred|made)",
    "(transferred|paid|sent)( the| our| your)? (deposit|down payment|first half|50)",
    who=WHO,
)


NOT_BEFORE = phrases(
    "không|chưa|đừng|chẳng|chả|khó|khỏi|trước khi|nếu|nếu mà|khi nào|lúc nào|bao giờ|hễ|mới|hay|chờ|đợi|muốn",
    "định|để|sẽ|xin|mong|có nên|có|ai|họ|khách|bên kia|bên đó|hôm trước|lần trước|hồi trước|như đã|cần|phải",
    "thì mới|hãy|tạm|đáng lẽ|giá mà|lẽ ra|tưởng|đã từng|không thể|chưa thể|vội|mà|nói|bảo|chữ|từ|ghi|gần như",
    "hầu như|suýt|nên|giá như|sắp|gần|chuẩn bị|toan|hiểu nhầm|cho vui|chắc|có thể|ngày|sau khi|not|no|never",
    "n't|don't|doesn't|didn't|isn't|can't|cannot|won't|wouldn't|haven't|hasn't|without|before|if|once|when",
    "unless|whether|until|would|could|might|may|should|to be|how|as|hardly|almost|after|need|needs|must",
    "previously|as soon as|in case|neither|nobody|none|or|were|had|who|either|partly|partially|only|mostly",
    "half",
)
NOT_AFTER = phrases(
    "hay không|hay chưa|hay|không|chưa|được không|sao được|khi|nếu|với điều kiện|điều kiện là|miễn là|miễn",
    "thì mới|trừ|ngoại trừ|sau|kiểu gì|hả|‹á›|chắc|if|unless|once|provided|providing|when|as long as|until|only",
    "except|subject to|or not|on condition|assuming|before|trước khi|một nửa|một phần|phần nào|mỗi|in part",
    "in principle|part of|half of|about to|sao",
)

# ---- things that keep a yes from being one ----------------------------------------------------------------------------

CONDITION = phrases(
    "(and|then) (we|you|it's|that's)( have| got)?( a)? (deal|yes)|chứ( … )?thì (chịu|thôi|không)",
    r"được thì (?!tốt|hay|quý|mừng|càng|tuyệt)[^\s,]+|được (vậy|thế|như vậy|như thế) thì|nếu|nếu như|nếu mà",
    "miễn là|miễn sao|miễn|với điều kiện|điều kiện là|chỉ cần|chỉ khi",
    (
        "thì (chị|anh|em|mình|tôi|bên (anh|chị|mình|em)|cô|chú|tụi (chị|anh)) (mới )?(ok|đồng ý|làm|chốt|ký|"
        "duyệt|nhận|lấy|chấp nhận|triển|chuyển|đặt|cọc)"
    ),
    ("là (chị|anh|em|mình|tôi|cô|chú|bên (anh|chị|mình|em)) (mới )?(ok|đồng ý|làm|chốt|ký|duyệt|lấy|chuyển|đặt|cọc)"),
    "rồi (chị|anh|mình) (mới )?(chốt|ký|duyệt|quyết)|thì mới|rồi mới",
    "mới (làm|chốt|ký|duyệt|đồng ý|ok|trả tiền|chịu)",
    "(?<!gì )(?<!khỏi )(?<!không )phải (có|được|xong|kèm|làm|bảo hành|cam kết|giao|trước|hoàn thành|kịp)",
    "bắt buộc|trừ khi|với một điều kiện|hễ|lỡ mà|giả sử|if|provided|providing|as long as|unless|on condition",
    "conditional|subject to|once (we|you|the|it|i|our|my|approved|they)|only when|assuming",
    "under the condition|contingent|depends|must be|has to be|have to be|on the understanding",
    "would (accept|agree|sign|approve|proceed|take)",
)
HARMLESS_CONDITION = phrases(
    "nếu (có|cần|thiếu|vướng|còn)( … )?(gì|thêm|thắc mắc|vướng|thông tin|liên hệ|trao đổi|hỏi)|nếu cần",
    "nếu có gì|nếu được|nếu tiện|có gì (thì )?|nếu không phiền|nếu rảnh|if you (need|have|want|require|miss)",
    "if anything|if there is anything|if there's anything|if needed|if necessary|if possible",
    "once (it is |it's )?(done|finished|ready|complete|you are done|you have)|if so|let me know if",
)
DEFER = phrases(
    "(gửi|chuyển khoản|bấm) nhầm|không liên quan|not so fast",
    "(nên|theo) (anh|chị|em|tôi) (thì )?( …)?(nên|quyết)|quyết là",
    "(chờ|đợi) (văn bản|giấy tờ|hợp đồng|công văn)|đồng ý miệng|cần thời gian",
    "(look|think|decide|discuss|talk|see)( …)? later",
    "(do not|don't|have not|haven't|hasn't|has not|cannot|can't)( …)? (yet|anything|alone)",
    "(homepage|this|that|it|part) only|chứ chưa( …)?",
    "khi( …)? (sếp|chồng|vợ|ba|mẹ|kế toán)( …)? (đồng ý|duyệt|ok)|(chị|anh|em) thì (không|chưa)( …)?",
    "(ok|đồng ý|làm|duyệt)? ?hay không( …)?( thì)?( …)? (báo|chờ|nhắn|trả lời|gọi)",
    "(mới là )?người (duyệt|quyết)|(not|wasn't) final",
    "(need|needs|just|waiting for|pending|for)( …)? signature(?= *,|$)|not up to|sẽ nhắn|nói gì đâu|chưa nói",
    "qua đấu thầu|về mặt( …)? (ý tưởng|nguyên tắc|chủ trương|kỹ thuật)",
    "tiền( nong)? (thì )?(từ từ|tính sau|để sau)|(cần|xin|cho)( …)? thêm( …)? (ngày|hôm|thời gian|tuần|buổi)",
    "chưa gật|chờ( {who})?( xíu| chút| tí| lát)|on leave|in hospital|nằm viện|chưa (đọc|xem|coi)",
    "(mai|tối|chiều|tuần sau)( …)? (đọc|xem|coi)|what the others say|(chị|anh|cô|ông|bà) ấy (quyết|xem|duyệt)",
    (
        "để (cho )?({who} )?(còn )?(phải )?(đi )?(hỏi|xem|coi|trình|bàn|tính|suy nghĩ|nghĩ|cân nhắc|trao đổi|xin|"
        "hội ý|báo lại|kiểm tra|nghiên cứu|họp|thảo luận|xem xét|tham khảo|đọc|so sánh|check|ngẫm|đối chiếu|"
        "quyết|gom|về)"
    ),
    (
        "(‹chờ›|đợi|còn chờ|phải chờ|chờ ý kiến|đợi ý kiến|chờ bên)( {who})?( … )?({boss}|duyệt|phê duyệt|ý kiến|"
        "họp|quyết|xác nhận|ký|thông qua|chủ trương|tin|thêm|vài|mấy|hết|sang|qua|đến|tới|cuối|đầu)"
    ),
    (
        "(hỏi|trình|xin|xin phép|bàn|trao đổi|thảo luận|hội ý|báo cáo|thưa)( lại| qua| với| cho|"
        " ý kiến)*( của)?( với)? ({boss})"
    ),
    "xin ý kiến|lấy ý kiến",
    (
        "(trả lời|báo|báo lại|phản hồi|thông báo|liên hệ|cho biết|nhắn|xác nhận|hồi âm|phúc đáp|quyết|tính|chốt|"
        "nói chuyện)( lại)?( cho)?( {who})? (sau|vào tuần sau|tuần sau|trong tuần|vài hôm|hôm sau)"
    ),
    (
        "(sau|tuần sau|mai|thứ (2|3|4|5|6|7|hai|ba|tư|năm|sáu|bảy)|hôm sau|cuối tuần|đầu tuần|tháng sau|vài (hôm|"
        "ngày|bữa)( nữa)?|mấy (hôm|bữa|ngày)( nữa)?)( {who})?( sẽ| mới| rồi)* (trả lời|báo|phản hồi|chốt|quyết|"
        "tính|hồi âm|xác nhận|liên hệ)"
    ),
    (
        "(khi nào|lúc nào|chừng nào|bao giờ)( …)? (thì|mới) {who}( sẽ| mới)? (báo|làm|trả lời|liên hệ|tính|duyệt|"
        "ký|chốt|quyết|gửi)"
    ),
    "(được|có) duyệt (sẽ|thì|rồi|mới)|đang (trình ký|xin|làm thủ tục)|do( {who})?( …)? (quyết|duyệt|ký)",
    "(cứ )?để đó|(should|might|may|hope to|hopefully|expect to) be able to",
    (
        "(my|our) (partner|boss|manager|director|team|wife|husband|board|finance|accountant)( …)? (is|are|will|"
        "has|have|needs?|wants?|must)"
    ),
    "mai( {who})? (gọi|báo|trả lời|tính)|tháng lương|tính tiếp",
    (
        "(chuyển|gửi|forward|trình|đưa)( … )? (cho |lên )?(sếp|tổng|trên|cấp|giám đốc|bộ phận|phòng|kế toán|ban|"
        "lãnh đạo)"
    ),
    "(họ|sếp|bộ phận( … )?|phòng( … )?) sẽ (xem|duyệt|quyết|báo|trả lời|liên hệ|xét)",
    "sẽ (chốt|quyết|xác nhận|duyệt|trả lời|báo|phản hồi)",
    ("đang (so|xem|tính|cân|họp|trình|hỏi|chờ|tham khảo|bàn|suy nghĩ|phân vân|ở nước ngoài|đi công tác|kẹt|bận)"),
    "(về|mai|tối)( {who})? (trả lời|báo|xem|tính)",
    "có (gì|kết quả|tin|quyết định)( {who})?( sẽ)? (báo|nhắn|trả lời)|chữ ký|ký nháy|hỏi ý kiến|thì chắc",
    "để (mai|mốt|bữa|tuần|thứ|cuối|chiều|tối|sáng)|^chưa( {who}| nha| nhé| ạ)*|thì (vẫn )?chưa$",
    "chưa( nha| nhé| ạ| em)*$|suy nghĩ (thêm|lại|đã)|nghĩ (thêm|đã|lại|kỹ)|cân nhắc|xem xét|nghiên cứu",
    "xem (lại|đã|kỹ|xong|qua|rồi (báo|phản hồi|trả lời|tính))|coi (lại|đã|kỹ|rồi (báo|tính|trả lời))",
    "tính toán lại|tính (lại )?đã|tính sau|bàn (lại|thêm|đã|bạc)",
    "chưa (quyết|chốt|dám|biết|thể|duyệt|chắc|được duyệt|xong|ký|xem|vội|tính|rõ)( {who})?",
    "còn (phân vân|lưỡng lự|đắn đo)|phân vân|lăn tăn|đắn đo|lưỡng lự|(?<!chuyển )khoan|hãy khoan|khoan đã",
    "từ từ( đã| rồi| hẵng| hãy)|đừng (làm|vội|triển khai|bắt đầu)|chưa (làm|triển khai) vội",
    "tạm (thời )?(khoan|chưa|dừng|hoãn)|hẵng|đã rồi (tính|hay)|rồi (hẵng |hãy )?(tính|quyết)( tiếp| sau)?",
    "hỏi ({boss}|lại|đã)|(hỏi|xem|coi|trình|bàn|tính|nghĩ|họp) (cái )?đã",
    (
        "({boss})( của)?( {who})?( vẫn| còn| đang| thì)* (chưa|đi công tác|đi vắng|đang (xem|họp|đi)|sẽ (xem|"
        "quyết|duyệt)|quyết định|còn (xem|phải))"
    ),
    "(trong|theo) (nguyên tắc|chủ trương)|về (cơ bản|nguyên tắc|chủ trương)|cơ bản (là )?(ok|đồng ý)|gần như",
    "chắc là|có lẽ|có thể (là )?(sẽ )?|tạm ok|tạm đồng ý|tạm duyệt|sơ bộ|khả năng|nghiêng về|hy vọng|50 , 50",
    "60%|70%|80%|90%|99%",
    "let me (check|think|ask|discuss|review|talk|see|read|look|confirm|consult|run|come back)|get back to you",
    "come back to you",
    (
        "(need|needs|have|has|want|wants|going|like|would like) to (check|discuss|ask|think|consult|talk|review|"
        "run|see|compare|get|obtain|look|read|speak|consider|sleep)"
    ),
    "pending|awaiting|(will|shall|would) (confirm|approve|accept|sign|agree|be able)",
    "forward(ed|ing) (it |this )?to|(decision|call|say) (is|lies|rests) |up to (my|the|our|him|her)|revert",
    "personally|waiting (for|on)|wait for",
    (
        "will (review|consider|discuss|check|ask|see|let you know|think|get back|revert|respond|reply|decide|"
        "come back|run it)"
    ),
    "thinking about|think about it|not (decided|sure|yet|ready|certain)|haven't (decided|had|made|looked)",
    "undecided|in principle|probably|maybe|perhaps|tentatively|most likely|likely|should be (ok|fine)",
    "hopefully|preliminary|need approval|needs approval|need sign|sign-off|hold on|hold off|give me|bear with",
    "next week|not before|almost|leaning|i think we",
    "(will|shall) (confirm|approve|accept|sign|agree|send (the|you) (po|approval|confirmation))",
    "forwarded? (it |this )?to|(decision|call) is (with|up|not)|up to (my|the|our)|we might|we may|i'd say",
    "not my decision|above my",
    who=WHO,
    boss=BOSS,
)
SETTLED = phrases(
    (
        "(lúc đầu|ban đầu|mới đầu|hồi đầu|thoạt đầu)( … )?(lưỡng lự|phân vân|đắn đo|chưa( … )?|không( … )?|khoan|"
        "lăn tăn|tính)"
    ),
    (
        "(?<!chờ )(?<!đợi )(?<!khi )(?<!nếu )(?<!hỏi )(?<!để )(?<!cần )(?<!xin )(?<!mà )(?<!phải )({boss})( của)?( {who})?( thì|"
        " cũng| đã| vừa| mới| vui vẻ| bảo| nói| gật)* (đồng ý|duyệt|ok|oke|gật|chốt|ký|thông qua|phê duyệt|"
        "nhất trí|cho làm|chấp thuận|chấp nhận)( rồi)?"
    ),
    (
        "(đã|vừa|mới) ((hỏi|trình|bàn|trao đổi|xin|họp|thảo luận|báo|thưa|xem|suy nghĩ|cân nhắc|tính|nghiên cứu|"
        "đọc|coi|hội ý|thống nhất|kiểm tra|so sánh|tham khảo)( … )?)"
    ),
    (
        "(bàn|hỏi|trình|xem|tính|nghĩ|coi|đọc|họp|trao đổi|xin ý kiến|hội ý|suy nghĩ|cân nhắc|nghiên cứu)( kỹ|"
        " lại| qua| với| xong| cả nhà| {boss})* rồi"
    ),
    "sau khi (bàn|xem|cân nhắc|trao đổi|họp|hỏi|nghiên cứu|xem xét|suy nghĩ|hội ý|thảo luận)",
    "(discussed|talked|checked|reviewed|asked|consulted|spoke|considered|went through|thought)( … )?",
    "have (read|reviewed|discussed|checked|considered)",
    "after (checking|discussing|review|reviewing|consideration|talking|some thought)",
    who=WHO,
    boss=BOSS,
)
CONTRAST = phrases(
    "còn( ……)? (thì|phải|là|chưa|để|không)|nhưng|nhưng mà|tuy nhiên|song|có điều|chỉ có điều|ngặt|khổ nỗi",
    "ngoại trừ|trừ|but|however|except|although|though|only that|apart from",
    "mà (cho|bớt|giảm|phải|thêm|đổi|bỏ|cái|em cho|em bớt|trừ|thanh toán|làm sao|đừng|không|chưa)",
)
PARTIAL_YES = phrases(
    "(chi phí|giá|thiết kế|phương án|nội dung|thời gian|tiến độ|phần( …)?) thì (ok|được|ổn|đồng ý)",
    "(cái|phần|mục|khoản|trang|hạng mục|gói|giai đoạn)( …)? (thì )?(ok|được|đồng ý|duyệt|làm|chốt|lấy)",
    "(ok|được|đồng ý|nhất trí|chốt)( hết)?( …)? (trừ|ngoại trừ|riêng)|hết trừ",
)
PARTIAL = phrases(
    "(làm|lấy|cần) (… )?thôi (chứ|còn)|chứ không cần|thôi chứ",
    "‹chỉ› (làm|lấy|đồng ý|cần|chốt|duyệt|chọn|ok|muốn|triển khai|đặt|nhận|giữ)",
    (
        "(làm|lấy|chốt|duyệt|triển khai|đồng ý|ok|đặt|ký|chọn|nhận) (trước )?(phần|mục|hạng mục|giai đoạn|gói|"
        "khoản|item|phase|cái|bước|option|phương án) ?(đầu|trước|nhỏ|cơ bản|1|2|3|4|5|một|hai|ba|a|b|c|thiết kế|"
        "lập trình|giao diện|rẻ|banner|logo|form|web)"
    ),
    (
        "(phần|mục|hạng mục|giai đoạn|khoản|cái|riêng|item|bước)( … )?(thì )?(để sau|tính sau|không (cần|lấy|làm|"
        "đồng ý|chịu|duyệt|ok)|chưa (cần|làm|duyệt|lấy|đồng ý|ok)|thôi|khỏi|bỏ)"
    ),
    "trước mắt|tạm thời (làm|lấy|chỉ)|một phần|phân nửa|làm trước|lấy trước|trừ (phần|mục|khoản|cái|ra)",
    "ngoại trừ|ngoài trừ|bỏ (bớt|phần|mục|khoản|cái|hạng mục|ra|đi|dòng|giúp)|cắt (bớt|phần|mục)",
    "gạch (bớt|phần|mục)|loại (bỏ|bớt|phần|mục)|không (cần|lấy|làm) (phần|mục|cái|khoản|hạng mục)",
    "(phần|mục|cái|khoản) (còn lại|kia|sau|nào)",
    "riêng (phần|mục|khoản|cái|giá|chỗ|vụ|việc|đơn giá|chi phí|tiền|điều)",
    (
        "(agree|agreed|accept|accepted|approve|approved)( on| with| to)? (the|your|this) (?!price|quote|"
        "quotation|offer|proposal|terms|cost|costs|amount|estimate|total|plan|conditions|order|invoice|work|"
        r"project|schedule|timeline|above|attached|revised|latest|new|full|figure|budget|\d)[a-z]+"
    ),
    "agreed on|yes to (the|item|part)|except (line|item|for|the)|approved except|1 phương án thôi",
    r"một phương án thôi|the rest|(go ahead|proceed|start|approved|agreed|ok) (with|on)( …)? only|up to \d",
    "nửa giá|gói nhỏ|the [a-z]+ (part|portion|piece|bit|section|item)|phần còn lại",
    "only (the|item|part|phase|option)|only do|split|just (the|item|part|phase|option)( first| second)?",
    "without (the|item)|except (the|for|item)|leave out|drop (the|item)|but not (the|item|items)",
    "(first|second) (part|phase|item|half) (only|first)|phase (one|1|2|two)|part of (the|it)",
    r"(items?|parts?|lines?|points?|options?) (\d|one|two|a|b|c)|remove|minus|skip (the|item)|partial",
    "partially|in part",
)

# ---- haggling -------------------------------------------------------------------------------------------------------

CHEAPER = phrases(
    "(giá|báo giá|chi phí)( …)? (trên trời|cắt cổ)|(coi|xem|tính) lại( …)?(giá|giùm|giúp|cho)",
    r"giảm( {who})?( … )?(giá|chút|bớt|xuống|thêm|còn|cho|được|không|\d[\d.,%]*|đi|nữa|nhẹ|xíu|tí|ít|phí)?",
    r"bớt( {who})?( … )?(chút|xíu|tí|ít|giá|đi|cho|được|không|\d[\d.,%]*|nữa|còn|một)?|chiết khấu|ưu đãi",
    "khuyến mãi|khuyến mại|hạ giá|hạ (bớt|xuống|chút)|fix (giá|thêm|chút|tí|nhẹ)",
    (
        "giá (tốt|mềm|rẻ|hữu nghị|ưu đãi|nhẹ|thấp|đẹp|khách quen|sinh viên|người quen|cũ|hợp lý) (hơn|chút|tí|"
        "xíu|được không)"
    ),
    "giá (hữu nghị|ưu đãi|khách quen|sinh viên|mềm)|(rẻ|mềm|tốt) hơn( …)? (được|không|chút|xíu|tí|nữa|đi)",
    "thương lượng|giá như (hồi|lần|năm|cũ|trước)|(hỗ trợ|giúp)( thêm)?( … )?(về )?(giá|chi phí|kinh phí)",
    "(trả|chi|duyệt|lo)( …)? (tối đa|được nhiêu)|kỳ kèo|mặc cả|deal lại",
    "xem lại (giá|chi phí|giúp|đơn giá|chút|dùm)|(đơn giá|giá|chi phí|phí)( … )?(xem lại|tính lại|điều chỉnh)",
    "điều chỉnh (giá|lại giá|chi phí|mức)|tính (lại|rẻ|bớt|nhẹ|mềm)( giá)?|làm tròn|lấy tròn|giá khác",
    r"sửa lại giá|make it \d+|(for|at|do it for|sign for|pay) \d+(?= *,|$)|hơi quá tầm|quá tầm|nhẹ hơn",
    "reduced (rate|price)|non-profit|(xem|coi|tính) lại( đi)?( {who})?(?= *,|$)|bằng( …)? lương",
    "(can|could|will) only (pay|afford|spend|offer|go up)|discount|cheaper",
    "lower( the| your)? (price|cost|quote|rate)?|reduce|reduction|best price|better (price|offer|deal|rate)",
    "come down|bring (it |the price )?down|meet us|match (the|their|that)|knock (off|something)",
    "round (it )?down|any (room|flexibility)|something about the price|negotiable|negotiate|sharpen",
    "special price|revise (the|your) (price|quote|offer)|rework the (price|quote)",
    "(can|could|would) you do it for|wiggle room|for less|(offered|quoted|asked|charges?)( …)?(the )?same",
    "a bit less|rate lower|cut the (price|cost)|counter ?offer",
    who=WHO,
)
GRUMBLE = phrases(
    "mắc|đắt|cao (quá|so|hơn|vậy|thế|thật)|hơi (cao|chát|căng|nhiều)",
    (
        "(giá|chi phí|tiền)( này| đó| vậy)?( thì| là| nghe| hơi| khá| hơi bị| quá| cũng)* (cao|chát|căng|mắc|đắt|"
        "nặng|khó)"
    ),
    "chát|căng quá|nhiều (quá|tiền)|giá trên trời|cắt cổ|vượt (quá )?(ngân sách|dự toán|kinh phí|khả năng)",
    "quá (sức|ngân sách|dự toán|khả năng)",
    (
        "(ngân sách|kinh phí|dự toán)( {who})?( chỉ| có| được| duyệt| tối đa| cho| còn| là| dự kiến|"
        r" mình)+( khoảng| tầm| tối đa| chừng| \d)"
    ),
    "(bên|chỗ|nơi|đơn vị|công ty) (khác|kia)( … )?(báo|làm|lấy|tính|chào|có|rẻ|chỉ)",
    "không đủ (tiền|kinh phí|ngân sách)|xót|competitors?|expensive|pricey|steep|too (much|high)",
    "(a (bit|little)|rather|quite|very|somewhat) (high|much|expensive|steep)",
    "over (our|the|my|budget)( budget)?|our budget|budget is|above (our|what|the)|more than (we|i|expected)",
    (
        "(another|other) (company|vendor|supplier|agency|quote|offer|provider)( … )?(offered|quoted|asks|charges|"
        "said|costs|for)"
    ),
    "half the price|higher than",
    who=WHO,
)
TERMS = phrases(
    "(đổi|chuyển|rút|giảm|tăng|nâng|hạ)( …)? (gói|số trang|trang|sản phẩm|mẫu)",
    "không (đồng ý|chịu|nhận) (đặt )?cọc|trả góp|công nợ|trả (sau|trước|chậm|dần|làm|theo|thành)",
    r"thanh toán (sau|làm|thành|theo|khi|chậm|hết|1|2|3|một lần|\d)",
    "(chia|tách|trả|thanh toán)( ra)?( làm| thành)? ?(2|3|4|hai|ba|bốn|nhiều|mấy) (đợt|lần|kỳ|phần)",
    "xong (mới|rồi|thì|anh|chị|hết) ?(anh |chị |mình )?(mới )?(trả|thanh toán|chuyển|tính tiền|gửi tiền)",
    (
        "(nghiệm thu|bàn giao|xong)( xong)? (rồi |mới |thì )+(anh |chị |mình |bên anh |bên chị )?(mới )?(trả|"
        "thanh toán|chuyển)"
    ),
    "không (đặt )?cọc|khỏi cọc|cọc( được)? (ít|trước|20|30|10)|‹chỉ› cọc",
    "(tặng|kèm|cho|khuyến mãi|làm|bao)( luôn)? thêm|tặng( {who})?( … )?|kèm (luôn|theo|thêm)",
    "bao (luôn|gồm luôn|trọn|hết|cả)|miễn phí( cho| luôn| phần| thêm| giúp)",
    "free (thêm|cho|luôn|phần|of charge for)|không tính (phí|tiền)( phần| thêm| nữa)|gộp|nợ",
    "(thanh toán|trả|chuyển)( … )?(sau khi|khi xong|sau cùng)|thay (bằng|vì|cho|vào|đổi|thành)",
    "đổi (sang|thành|lại|qua|phần|mục|cái|điều khoản)|sửa (lại )?(báo giá|điều khoản|phần|mục|hợp đồng|số)",
    "thêm (phần|mục|cái|vào|cho|giúp|1|2|một|hai|tính năng|chức năng|trang|bảo hành)",
    r"bảo hành (thêm|lâu|dài|1|2|3|5|trọn|\d)|tăng (thêm|bảo hành|số)|cam kết|phạt|ràng buộc|điều khoản",
    "hợp đồng phải|would (rather|prefer)|prefer to|rather than|instead|as for",
    "pay (later|after|on|in|when|monthly|upon|half|in two)|payment (after|on|in|terms|upon|can|must|within)",
    "instal?lments?|net (30|15|45|60)|after delivery|no (deposit|advance|upfront|down payment)",
    "at no (extra |additional )?(cost|charge)|free of charge|throw in|include (the|a|also|one|some)",
    "included (for free|at no|as well|too)|instead of|add (the|a|one|another|two)",
    "change the (scope|terms|payment|delivery|conditions)",
    "(one|1|two|2|three|five) (more )?(year|years|months?) (warranty|support|maintenance)|penalty",
    "guarantee (that|the)",
    who=WHO,
)
SOONER = phrases(
    "(xếp|đổi|dời|hẹn) (lại )?lịch( lại)?|not acceptable|were promised",
    ("(sáng mai|chiều nay|tối nay|mai|hôm nay|trưa nay|sáng nay)( …)? (cần|phải có|phải xong|mở|khai trương|họp)"),
    "(cần|phải có)( …)? (sáng mai|chiều nay|tối nay|hôm nay|trưa nay)|shorten|sớm hơn|nhanh hơn",
    "đẩy (nhanh|sớm|lên)|rút ngắn|(lâu|trễ|muộn|chậm)( {who})? ?(quá|vậy|thế|ghê|dữ)|(lâu|trễ|muộn|chậm) quá",
    "quá (lâu|trễ|muộn|chậm)|hơi (lâu|trễ|muộn|chậm)|(muộn|trễ) mất|cũng trễ",
    "không đồng ý( …)? (thời gian|ngày|lịch|hẹn)|được thì (tốt|hay|quý|mừng)|too late",
    "ráng( {who})?( … )?(trong|trước|cho|giúp|chiều|sáng|mai|nay|kịp|xong|làm)|gắng",
    "cố( gắng)?( {who})?( … )?(trong|trước|cho|giúp|chiều|sáng|mai|nay|kịp|xong)|ưu tiên",
    "làm (gấp|trước|liền|ngay|nhanh)|trong (hôm nay|sáng nay|chiều nay|ngày mai|ngày|tuần này)",
    r"trước (thứ|ngày|\d|chủ nhật|cuối|tết|giờ|buổi|khi khai|trưa|chiều|tối|mai)",
    "không (kịp|chờ|đợi)( {who})?( được| nổi| đâu| nữa| kịp)?",
    "(phải|cần|muốn)( có| được| làm)? (xong|gấp|liền|ngay|kịp|nhanh|sớm)|(xong|có) (liền|ngay)",
    "gấp (lắm|quá|dữ|rồi)|rất gấp|gấp|(?<!mà )(?<!lại )(?<!không )dời|hoãn|lùi",
    "để (tuần sau|sang tuần|qua tuần|mai|thứ)|đổi (lịch|ngày|giờ|hẹn)|earlier|sooner|faster",
    "speed (it |this )?up|too (late|long|slow)|can't wait|cannot wait",
    r"before (monday|tuesday|wednesday|thursday|friday|saturday|sunday|the|noon|tomorrow|then|\d|end)",
    r"by (monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|tonight|noon|end|today|\d)|urgent",
    "urgently|asap|as soon as possible|prioriti[sz]e|priority|postpone|reschedule",
    "push (it )?(up|back|forward)|need (it|this) (today|tomorrow|now|by|before|this)|move (it )?(up|to)",
    "bring (it )?forward|expedite|hurry",
    who=WHO,
)

# ---- no, cancel -----------------------------------------------------------------------------------------------------

NO = phrases(
    "từ chối",
    (
        "không (đồng ý|chấp nhận|nhất trí|duyệt|làm|triển khai|tiếp tục|thực hiện|tiến hành|đặt|ký|theo|nhận|"
        "dùng|thuê|hợp tác|mua|ok|chịu|kham|chốt|lấy)( {who})?( … )?(nữa|đâu|với|phần|hạng mục|báo giá|này|việc|"
        "được|em|ạ|vụ|nổi|tiếp|giá|mục|dịch vụ|theo|cái)?(?= *,|$)"
    ),
    ("không (làm|triển khai|tiếp tục|thực hiện|tiến hành|dùng|thuê|hợp tác|cần) (nữa|đâu|phần|với|tiếp|hạng mục)"),
    (
        "(?<![^,] )(thôi|thì thôi|vậy thôi|vậy thì thôi|dạ thôi|à thôi|ok thôi)( {who})?( ạ| nhé| nha| vậy| đi|"
        " luôn)?(?= *,|$)"
    ),
    "thôi (không|khỏi|đành|để|bỏ|dừng|hẹn|ngưng|vậy)|đành (thôi|hẹn|gác|từ chối|chịu|không|bỏ)",
    "xin (phép )?(được )?(không|dừng|ngưng|từ chối|thôi|khất|hẹn|rút|kiếu|gác)",
    "(để|hẹn)( {who})? (dịp|lần|khi|năm|sang|sau này|hôm|lúc) (khác|sau|nào|năm|tới)",
    "để (sang năm|năm sau|năm tới|sau này|sau tết|qua tết|quý sau|dịp khác|khi khác|lần sau)",
    "hẹn( {who})? (dịp|lần|khi) (khác|sau)|(ngân sách|kinh phí|quỹ|tiền)( …)? (hết|cạn|không còn)( rồi)?",
    "tiếc (quá|là)|giữ nguyên (web|trang|hiện|như|bản|cái|giao diện)",
    "(nên|đành|vậy|thì|à|dạ) thôi( {who})?( ạ| nhé| nha| vậy| đi| luôn)*(?= *,|$)|tiền đâu( …)?",
    "(chắc|thì|thế thì) thôi( {who})?( ơi| ạ| nhé| nha)*(?= *,|$)|(chưa|không) cần(?= *,|$)|sao nổi",
    "cắt (giảm )?(chi phí|nhân sự)|(tạm )?(dừng|ngưng|hoãn) (tất cả|mọi|các|hết|dự án)",
    "^không( {who})?( ạ| nhé| nha| đâu)*(?= *,|$)|hỏi cho biết|hết hứng|để (quý|đợt|tháng|kỳ) (sau|khác|tới)",
    "đổi kế hoạch|(không|chưa) cho (làm|phép)|tự (cài|làm|xử lý|lo|thiết kế|viết)( …)? (được|rồi)",
    "khi nào (có|dư|đủ|làm ăn|kinh doanh|khá)( … )?(tiền|điều kiện|nhu cầu|kinh phí|ngân sách|hơn|được)",
    "(không|chưa|hết|chẳng|làm gì)( còn)?( có)?( đủ)? (nhu cầu|kinh phí|ngân sách|tiền|điều kiện|khả năng)",
    "(không|chưa) cần (nữa|đến|tới|thiết|làm|thêm|gấp|phần|cái|dịch vụ|vụ)",
    "(tạm )?(gác|hoãn|ngưng|dừng)( lại)?( {who})?( việc| dự án| vụ| phần| kế hoạch|,|$| ở đây| lại| đã)",
    (
        "(chọn|tìm|thuê|ký|làm|dùng|nhờ|hợp tác|đi|kiếm)( được)?( với)?( một| 1)? (bên|chỗ|nhà cung cấp|đơn vị|"
        "công ty|nơi|người|đối tác|agency) (khác|kia|ngoài|quen|rẻ|nhà)"
    ),
    "(đã|có)( … )?(bên|chỗ|đơn vị|người) khác (làm|lo|nhận)",
    "(chị|anh|mình|tôi|em|tui) (tự|sẽ tự) (làm|lo|xử lý|chỉnh|sửa)",
    "(cháu|con|em|bạn|thằng)( … )?(làm|sửa)( {who})? (được rồi|giúp rồi|rồi|miễn phí)",
    "(có|nhờ|thuê|kiếm)( được)? (người|chỗ|bạn|bên)( … )?(làm|lo|nhận)( rồi| giúp| khác)",
    "(nhờ|kiếm|thuê|để) (người|chỗ|bên|ai) khác|không( … )?(triển khai|làm|thực hiện) được",
    "không (đáng|cần thiết|hiệu quả|hợp)|tốn kém|gác (lại )?|để vậy (xài|dùng)",
    "khỏi (đi|làm|em|cần|nhé|nha|luôn)|không ham|dẹp|bỏ (đi|luôn|qua|vụ này|ý định|dự án)",
    "sếp (không|chê|bảo thôi|lắc)|({boss}) (không|chưa) (đồng ý|duyệt|chịu|ok|cho|chấp nhận)|thua|nằm mơ",
    "kiếp sau|trúng số|không phải lúc|chưa phải lúc|rút lại|(sorry|thanks|thank you)( ,)? (but )?no",
    "did not (approve|accept|agree)|(was|were) not (approved|accepted)|postponed",
    "(decided|prefer|going|will|we'll)( to)? (stay|stick) with|declined?|forget (about )?it",
    ("(won't|will not|not)( be)? (move|moving|go|going|proceed|proceeding|continue|continuing) (forward|ahead|with)"),
    "not (now|this time|at this time|at the moment|right now)",
    (
        "not (interested|proceed|proceeding|go ahead|going ahead|accept|agree|going to|able to accept|"
        "moving forward|needed|worth|for us|approved|accepted|pursue|continue|this (year|time|quarter))"
    ),
    (
        "(we'll|we will|i'll|i will|going to|have to|decided to|must|gonna|would rather)( … )?(pass|decline|stop|"
        "skip|refuse)"
    ),
    "no (thanks|thank you|longer|deal|need)|no , (thanks|thank you|we|i|sorry)|^no$|won't|will not",
    "(decided|decide|choose|chose) (against|not)",
    (
        "(went|go|going|gone|goes|sign|signed|work|working) with (another|someone|somebody|a different|other|"
        "a cheaper|our)"
    ),
    "(chose|picked|found|hired|selected)( … )?(another|someone|somebody|cheaper|else|other|different)",
    "(not|too expensive) for us|can't afford|cannot afford|cannot accept|can't accept|reject|rejected",
    "drop (it|this)|shelve|(put|putting)( it| this| the project)? on (hold|ice)|on hold|cancel",
    "leave it (there|at that)|(do|did|doing|handle) (it|this) (ourselves|in-house|in house|internally)",
    "(have|has|we)( …)?(chosen|hired|engaged|picked|found) (a|an|another|someone|our)",
    "not in (our|the|this year's)( …)?(plan|plans|budget)|any ?more$|have to let|unfortunately|regret",
    "we are sorry|turned (it |this )?down|maybe (next|another)|another time|some other time",
    "budget (was|has been|is) (cut|frozen)|don't (want|need|agree|accept)",
    "do not (want|need|agree|accept|wish)|out of the question|forget it|not happening",
    who=WHO,
    boss=BOSS,
)
CANCEL = phrases(
    "(?<![^,] )thôi( {who})?( ạ| nhé| nha| đi)*(?= *,|$)",
    "(bên|đội|ông|anh|bạn|họ|nó)( …)? (sửa|làm|xử lý)( được)?( xong)? rồi(?= *,|$)",
    (
        "huỷ (giúp |bỏ |luôn |dùm )?(giúp )?({who} )?(yêu cầu|ticket|phiếu|việc|vụ|cái|lệnh|đơn|đi|giúp|nhé|nha|"
        "luôn|bỏ|hộ|này|cho)"
    ),
    "huỷ|(xin )?rút (lại )?(yêu cầu|phiếu|thư)",
    (
        "(đừng|không cần|khỏi|khỏi cần|thôi khỏi|thôi đừng|thôi không cần|khoan|ngưng|dừng|không phải|"
        "thôi)( phải)?( {who})? (làm|xử lý|xem|sửa|kiểm tra|coi|can thiệp|thay|đổi|thêm|check|hỗ trợ|gửi|"
        "cài)( … )?(nữa|đâu|nhé|nha|giúp|em|ạ)?(?= *,|$)"
    ),
    "(không|chẳng|hết) cần( {who})?( (làm|xử lý|sửa|xem|gấp|hỗ trợ|thiết))?( cái)?( này| đó)? (nữa|đâu)",
    "không cần (nữa|đâu)|(thôi )?khỏi( {who})?( nhé| nha| đi| nữa| luôn| cần)*(?= *,|$)|thôi khỏi",
    "bỏ qua( {who})?( … )?(thư|mail|email|yêu cầu|giúp|nhé|nha|cái|đi|tin|việc|vụ|,|$)",
    "(gửi|viết|nhắn|báo) (nhầm|lộn)|khỏi cần|coi như (không|chưa) có|dừng (lại|việc|giúp|yêu cầu)",
    "(đóng|close) (giúp |dùm )?(yêu cầu|ticket|phiếu)",
    "(anh|chị|mình|em|tôi|tụi (chị|anh|em)|bên (anh|chị|mình|em)) (đã )?tự( … )?(được|xong|rồi)",
    "bỏ (yêu cầu|vụ|việc|cái|phiếu|ticket)( đó| này| kia| ấy)?( …)?|(hiểu|nhìn|bấm|xem) nhầm",
    "^khỏi( đi)?( {who})?(?= *,|$)|no longer an issue|(vậy|thế|trễ|lâu|muộn)( …)? thì (thôi|khỏi)( …)?",
    "(thôi )?(không|đừng)( cần| phải)? (đổi|làm|sửa|thay)( cái đó| nó)? nữa|để nguyên|handle it internally",
    "forget it( then)?|cancel|never ?mind|ignore (my|the|this|that)|disregard",
    "no longer (need|needed|required|necessary|relevant)",
    "not (needed|necessary|required) (any ?more|any longer|now)",
    ("(don't|do not|needn't|need not) (need|bother|have|do|worry)( … )?(anymore|any more|any longer|now|about it)?"),
    "please (stop|close|withdraw|drop)|withdraw",
    "(found|solved|fixed|figured|sorted|resolved)( … )?(ourselves|myself|ourself|out)|scrap",
    "forget (it|about|my|the)|false alarm|my mistake|sent by mistake|no need",
    who=WHO,
)
CANCEL_THE_REQUEST = phrases(
    "huỷ( giúp| bỏ)?( {who})? (yêu cầu|ticket|phiếu|đơn|lệnh|vụ|việc)|rút( lại)? (yêu cầu|phiếu)",
    "(gửi|viết) (nhầm|lộn)( {who})?( …)?(bỏ qua|huỷ|xin lỗi)|cancel (the|my|this|our) (request|ticket)",
    "withdraw (the|my|our)|ignore my|disregard|đóng (giúp )?(yêu cầu|phiếu|ticket)",
    who=WHO,
)

# ---- working or not -------------------------------------------------------------------------------------------------

BROKEN = phrases(
    "(ra|thấy|hiện|nó)( …)? (hình|giá|bản|trang|số|chữ|banner|logo|cái)( …)? cũ",
    "(link|page|site|button|form|it)( …)? (is|are) (dead|gone|empty)|(có )?thấy( …)? đổi( …)? đâu|biến đâu",
    ("(chrome|safari|firefox|điện thoại|máy|gmail|outlook|iphone|android|mobile|wifi|4g)( …)? thì (không|chưa|lỗi|bị)"),
    "never (arrives?|comes?|works?|opens?|loads?)|lúc (được|có|vào) lúc (không|mất)|khi được khi không",
    r"chập chờn|nothing( …)? changed|vẫn (?!tốt|ổn|chạy|bình thường|ok|ngon|được|đẹp|như ý|theo)[^\s,]+",
    "(thì|vẫn|mà) (vẫn )?chưa(?= *,|$)|không (có )?(tác dụng|ăn thua|xi nhê)",
    "(hư|hỏng|sai|lỗi|tịt|trắng) (cái|chỗ|trang|rồi|lại)?|(are|is|were) not(?= *,|$)|(lại|chiều|giờ) tịt",
    r"trắng bóc|4\d\d nữa|not quite|(still|are still|is still) (the|last|old|wrong)",
    "như (hôm|lúc|bữa|lần) trước|lại( …)? (báo lỗi|lỗi|như|thông báo)",
    "(still|again|now)? ?(rejects|rejected|bounces|bounced|fails|refuses|refused)",
    "(hôm qua|hồi nãy|hôm trước|lúc nãy|bữa trước)( …)? được( …)? (sáng nay|giờ|hôm nay|nay|bây giờ)",
    "lại( …)? không( …)?|mất (tiêu|tích|hết|sạch|luôn)|tệ (hơn|quá)|vẫn (cái|là|như|toàn|cứ)",
    (
        "vẫn( còn| cứ| chưa| không| bị| hay| thấy| đang| y| như| báo| ra| hiện| lỗi| thế| vậy| lag| chậm| treo|"
        " trắng| mất| đứng| sai| không thấy| xoay| quay| nguyên| im| rớt| hư| nằm| vào| đỏ| nhảy| lỗi đó|"
        " chập chờn| giật| load| gửi| nhận| đơ| trống| cũ| chưa thấy| lệch)"
    ),
    "còn (bị|lỗi|y|nguyên|hiện|thấy|chậm|sai)",
    (
        "(bị|lỗi|hư|treo|đứng|đơ|chậm|rớt|mất|sập|lag|trắng|hỏng|sai|out|văng|kẹt|trục trặc) (lại|nữa|tiếp|hoài|"
        "mãi|y chang)"
    ),
    (
        "lại( {who})?( thấy)? (bị|lỗi|hư|treo|đứng|đơ|chậm|rớt|mất|sập|lag|trắng|hỏng|sai|không|báo|y|văng|kẹt|"
        "xoay|trục trặc|hiện|như cũ|tèo|tịt|nghẽn|toang|ngỏm)"
    ),
    "tái (phát|diễn)|đâu (lại )?vào đấy|đâu vẫn đó|như (cũ|hôm qua|hồi sáng|lúc trước)",
    "y (như|chang|nguyên|xì)|đâu có (được|hết|chạy|thấy)|(thấy|hiện|ra|còn|là|load)( …)? (cũ)(?= *,|$)",
    (
        "(‹chưa›) (?!đọc|gật|quyết|chốt|duyệt|đồng|nhé|nha|ký|test|thử|kiểm|xem|coi|kịp|biết|hiểu|rõ|có thời|"
        r"rảnh|dám|check|dùng|trả|thanh)[^\s,]+"
    ),
    (
        "chưa (được|hết|xong|ổn|vào|thấy|chạy|gửi|nhận|mở|sửa|khắc phục|cập nhật|đổi|lên|hiện|ok|hoạt động|đúng|"
        "ăn thua|khỏi|nhúc nhích|có gì|thay|đăng nhập|in|load)"
    ),
    (
        "không (được|vào|thấy|chạy|gửi|nhận|mở|lên|hiện|hoạt động|ăn thua|đăng nhập|hết|ổn|khá|có gì thay|"
        "thay đổi|khác gì|đỡ|load|in|xem|truy cập|tải|bấm|nhúc nhích|phản hồi|đúng|cải thiện|"
        "giống)( {who})?( … )?(được|nổi|gì|đâu|hơn|ra|lên|hết|,|$|em|ạ|nữa|mail|thư|trang|web)?"
    ),
    "chẳng (được|thấy|ăn|hết|có|khác|chạy)|hổng (được|thấy)|sai( rồi| nữa| bét| hết)",
    "hư (rồi|nữa|lại|luôn|tiếp)|hong roi|(lỗi|bị|mất|trắng|đứng|sập|tèo|tịt) (rồi|tiếp|luôn|tùm lum|tè le)",
    "bị (lỗi|lại|y|trắng|treo|mất|lệch|chậm|hoài)",
    (
        "(được|hết|ổn|chạy)( … )?(một lúc|mấy|vài|có|chút|hồi|bữa|hôm|tiếng|ngày|phút)( … )?(rồi|thì|lại|,) (lại|"
        "bị|tèo|hư|mất)"
    ),
    "bị (trả (về|lại)|dội|vỡ|văng|chặn|từ chối)|(nữa|lần nữa) rồi",
    "(vẫn|cứ)( … )?(không|chưa|bị|lỗi|vỡ|sai|treo|trả|quay|xoay|trắng|mất|chậm|lệch|than|kêu|đứng|báo)",
    "lại( … )?(bị|lỗi)",
    "(hình|giá|chữ|màu|logo|số|tên|link|bài|banner)( … )?(chưa|không) (đổi|đúng|thay|lên|hiện|sửa|thấy)",
    "báo lỗi|hiện lỗi|ra lỗi|lỗi (y|cũ|tiếp|khác|mới|kìa)|trắng (trang|xoá|bóc)|quay (vòng|mòng)",
    "xoay (vòng|mòng|tròn)|biến mất|(is|are|was|am|get|getting) still( …)?|still (coming|getting|the)",
    "(different|new|another|other|more) (error|errors|problem|fault)|worse than",
    (
        "still( …)?( not| no| the| doesn't| does not| can't| cannot| isn't| having| get| getting| see| seeing|"
        " fails| failing| broken| down| happening| happens| there| wrong| shows| showing| slow| same| appears|"
        " missing| empty| getting| an| stuck| receiving| bouncing| crashes| unable| won't)"
    ),
    (
        "(not|isn't|aren't|wasn't|n't|never)( …)?(fixed|working|work|solved|resolved|better|gone|loading|sending|"
        "sent|updated|changed|change|load|open|help|helped|arrive|arriving|receive|solve|right)"
    ),
    (
        "(happened|happening|happens|broken|broke|down|failed|fails|wrong|back|appeared|error|stopped|crashed|"
        "gone|started)( …)? again"
    ),
    "again( …)? (the same|same|error|down|broken)",
    "same (problem|error|issue|thing|result|fault|message|as before|behaviour)",
    (
        "(problem|error|issue|bug|fault)( …)?(is back|came back|returned|persists|remains|reappeared|again|"
        "is still|comes back)"
    ),
    "came back|no (change|difference|improvement|luck)",
    (
        "(doesn't|does not|didn't|can't|cannot|won't|don't)( …)?(work|load|open|send|login|log in|see|receive|"
        "show|access|help|submit|print|connect|arrive)"
    ),
    "once more|(button|form|link|page|site)( …)?(does|do) nothing",
    (
        "(images?|text|menu|button|logo|file|mail|mails|emails?|content|page)( …)?(missing|gone|broken|wrong|"
        "empty|blank)"
    ),
    "keeps (happening|failing|crashing)|not yet|worse|broken|nope",
    "(lasted|worked)( …)?(day|days|hour|hours|minute|minutes|while|yesterday|briefly)",
    who=WHO,
)
FIXED = phrases(
    (
        "(được|ok|ổn|ngon|xong|hết|đúng|tốt|khoẻ|mượt|nhanh|êm|ổn định|chuẩn|thông|đẹp|ngon lành|ngon ơ|"
        "bình thường|chạy lại|chạy|vào lại|lên lại|hiện lại|lên hình|hiện|sống|hoạt động|vào được|gửi được|"
        "nhận được|lên được)( {who}| lại| bình thường| hết| mail| thư| hình| được)*( lại)? rồi"
    ),
    (
        "(vào|gửi|nhận|mở|in|đăng nhập|đặt|bấm|xem|tải|load|thanh toán)( …)? được( …)?(rồi|lại|hết|bình thường|"
        "hàng|đơn)?"
    ),
    "(vô|vào) (ào ào|vù vù|ngon)|dùng lại( …)? bình thường|thay đúng|(hiện|ra|thấy|lên) (đúng|đủ)( …)? rồi",
    "(xem|coi|test|thử|kiểm tra) rồi( ,)?( thấy)? (ok|ổn|được|tốt|đẹp|đúng)|(mail|thư)( …)? đã (vào|về|đi)",
    "ưng( lắm| ý| quá| bụng)|(sếp|ông chủ|khách|mọi người|chồng|vợ|nhân viên)( …)? (khen|thích|ưng|mừng)",
    "(may|can) close|(photos|pictures|everything|all)( …)? (are|is) there|dễ hẳn|to hơn|rõ hơn",
    "hết (lỗi|bị|rồi|chậm|lag|treo|trắng|báo|hiện|spam|hẳn|nhảy|ảo|cà giật|giật)",
    (
        "(chạy|hoạt động|vào|load|gửi|nhận|hiện|dùng|lên|đăng nhập|in|xài|bấm|gõ|bán|xem)( … )?(tốt|ngon|ổn|ok|"
        "êm|mượt|bình thường|vù vù|nhanh|ầm ầm|phà phà|trơn tru|vèo vèo|bon bon)"
    ),
    "(bình thường|ổn|ngon|tốt|ok)( trở)? lại|trở lại bình thường|ổn định|ổn (thoả|áp|cả|hết)",
    (
        "đã (được|ok|ổn|hết|khắc phục|chạy|vào|nhận được (mail|thư|đơn|email)|gửi được|lên|thấy|hiện|xong|sửa|"
        "bình thường|đúng|hoạt động)"
    ),
    "giờ (thì )?(được|ok|ngon|ổn|vào|hết|chạy|nhanh|đẹp|đúng|bình thường)|nhanh (hẳn|hơn|vèo|như)",
    "(kiểm tra|test|thử|xem|coi)( … )?(ok|ổn|tốt|được|ngon|đúng|bình thường|thấy ok|thấy tốt)",
    "đúng (ý|rồi|yêu cầu|như)|ok (rồi|hết|cả|luôn)|ngon (lành|rồi|ơ|choét|luôn)",
    "không (còn|bị|thấy)( … )?(bị nữa|lỗi|bị|nữa|chậm|báo|treo)( nữa)?|quá (ngon|đẹp|ổn)|đẹp (rồi|lắm|quá)",
    "hài lòng|xác nhận (đã |là )?(ok|xong|ổn|hoạt động|hết)|nghiệm thu",
    (
        "(mọi thứ|tất cả|web|site|trang|mail|mọi cái|cái gì cũng)( đều| đã| chạy| giờ| lại)* (bình thường|ổn|tốt|"
        "ngon|ok|đúng|đẹp)"
    ),
    "(everything|site|website|mail|mails|emails|page|shop)( …)? (is|are)( all)? back",
    (
        "(it|everything|all|that|site|page|mail|mails|email|form|now|website|login|button|they|checkout|"
        "which)?( …)?(works|working|work|worked|fixed|solved|resolved|ok|fine|good|perfect|perfectly|running|"
        "loads|loading|sorted|restored|faster|normal|correct|okay|back|up) (now|again|fine|well|perfectly|great|"
        "here|on|as|for|like|too|online|and|normally|smoothly|from|after|since)"
    ),
    "(works|working|fixed|solved|resolved|sorted)(?= *,|$)",
    (
        "(is|are|been|seems|looks|was|got|has been|now|all|appears)( …)? (fixed|solved|resolved|working|good|"
        "fine|ok|perfect|correct|gone|sorted|back to normal|restored|great|right)"
    ),
    "problem (is )?gone|error (is )?gone",
    "no (more|longer)( …)?(error|errors|problem|problems|issue|issues|get|see|happens|appears)",
    "all (good|fine|ok|set|clear|works|well)|good now|back to normal|(i|we) (tested|checked|confirm)|it works",
    "that (did|solved|fixed|does) (it|the|that|the trick)?|did the trick",
    "(are|is) (coming|going|getting|working) (through|out|in)|exactly (what|as|right)",
    "(log in|login|send|receive|see|open|access)( …)? now",
    "can (now )?(log in|login|send|receive|see|open|access)( …)?(again|now)|(you can|please) close",
    "as expected|well done|spot on",
    who=WHO,
)

# ---- asking, telling ------------------------------------------------------------------------------------------------

QUESTION = phrases(
    "muốn (hiểu|biết|nắm|rõ)|cho( {who})? hỏi",
    (
        "(?<!không )(hỏi (xíu|chút|thêm|là|xem|em|anh|chị|bạn|về|cho|lại)|muốn hỏi|muốn biết|thắc mắc|"
        "băn khoăn)( xíu| chút| thêm| là| xem)?"
    ),
    "bao nhiêu|bao lâu|bao giờ|khi nào|chừng nào|lúc nào|hồi nào|như thế nào|thế nào|làm sao|ra sao|tại sao",
    "vì sao|là sao|sao (lại|mà|vẫn|không|chưa|có|vậy|thế|nó|lâu|nhiều|phải|tính|giá|em|web|mail|chị|anh|bên)",
    "^sao|là gì|gồm (những )?gì|những gì|cái gì|ở đâu|chỗ nào|đâu vậy",
    (
        "(bảo hành|trong|mất|khoảng|tầm|thêm|là|được|có|làm|cần|sửa|chừng|hết|tối đa|gồm) mấy (ngày|tháng|năm|"
        "giờ|tiếng|người|lần|bản|trang|tuần|hôm|phút|buổi|cái|mẫu|đợt)"
    ),
    "mấy giờ|có phải|phải không|đúng không|được không|được chưa|có không",
    "hay (là|không|sao|chưa|phải|vẫn|tính|đã)|hả|nhỉ|vậy (em|anh|chị|bạn|cháu|con|ta|ạ)(?= *,|$)",
    (
        "(xong|có|rồi|làm|sửa|kiểm tra|gửi|nhận|tới đâu|chưa|không|gì|nào|đâu|sao|ai|à|hả|vậy)( {who}| vậy| ạ|"
        " ơi| nhỉ| ta| dạ| thế| rồi)* (chưa|không|vậy|thế)( {who}| vậy| ạ| ơi| thế| nhỉ)*$"
    ),
    "(không|chưa)( {who}| vậy| ạ| ơi| thế| nhỉ| ta| hả| nhé)*$",
    "có( … )?(không|chưa)( {who}| vậy| ạ| ơi| thế| nhỉ)*(?= *,|$)",
    "(đã|được)( … )?chưa( {who}| vậy| ạ| ơi| thế)*(?= *,|$)|ai (làm|phụ trách|xử lý|đang|là|sẽ)|tới đâu",
    "đến đâu|không biết|chưa (hiểu|rõ|biết)|không (hiểu|rõ)|giải thích|làm rõ|nói rõ|tư vấn",
    "(cho|gửi)( {who})? xin",
    "xin (bảng|mẫu|báo giá|chi tiết|thông tin|số|hợp đồng|bản|danh sách|thêm|file|lịch|cái|stk)",
    (
        "(?<!chị )(?<!anh )(em|bạn|bên em|vinno|nhờ em|nhờ anh)( … )?(gửi|cho|"
        "làm)( lại)?( giúp)?( {who})? (chi tiết|bảng|mẫu|bản|báo giá|thêm thông tin|file|số|hồ sơ|demo|danh sách|"
        "ví dụ|lại báo giá|proforma|biên bản|catalog|profile)"
    ),
    "khác (gì|nhau|chỗ)|là (cái )?gì|nghĩa là (sao|gì)|hay( là)? (một|còn|phải|làm|chỉ|ở|tính|của|theo|mấy)",
    "ai (nói|bảo|kêu|cho)|tính (sao|thế nào|kiểu gì|như nào)|như nào|răng|mô|gồm|bao gồm",
    "kèm( theo)? (gì|không)|gì (vậy|thế|không|nữa)",
    (
        "(?<![^,] )(and |but |so |also |then )?(what|when|how|why)('s)? (is|are|does|do|did|will|would|can|could|"
        "should|was|about|happens|kind|much|many|long|if|part|exactly|else|the|we|i|you|your|would|time|date|"
        "browser|information|it|this|that|has|have|far|soon|often|come|not)"
    ),
    (
        "^(is|are|does|do|did|will|would|can|could|should|was|has|have|may|might|am) (the|this|it|that|there|we|"
        "i|you|your|our|my|any|they|all|these|vat|hosting|also)"
    ),
    (
        "(could|can|would|will) you( please| kindly)? (tell|explain|clarify|send|confirm|let|advise|share|"
        "provide|specify|describe|elaborate|give|show|break|check|resend)"
    ),
    (
        "please (explain|clarify|advise|specify|elaborate|tell|provide|break down|send (me|us|the|a|over|"
        "through) ?(breakdown|details|more|list|proforma|sample)|let (me|us) know|share|resend)"
    ),
    "would like to know|want to know|(i|we|just|am|was|are) (wonder|wondering|curious)",
    "(one|a|two|few|another|some|quick|small|couple of) questions?|question (is|about|from|before)",
    "not (clear|sure what|sure how|sure if|sure why)|unclear|don't understand|do not understand",
    "any (news|update|idea)|confused|need (to know|more details|a breakdown|details|to understand)",
    who=WHO,
)
LOGISTICS = phrases(
    (
        "(bao giờ|khi nào|chừng nào|lúc nào|hôm nào|mấy giờ|ngày nào)( {who})?( … )?(bắt đầu|làm|xong|có|"
        "khởi công|triển khai|qua|gửi|cần|demo|xem|chạy|nghiệm thu|bàn giao)"
    ),
    "(cần|chuẩn bị|gửi|cung cấp)( … )?(gì|những gì|thêm gì)",
    (
        "(chuyển khoản|chuyển|ck|thanh toán|cọc|đóng tiền)( … )?(vào|tài khoản|số|đâu|thế nào|bao nhiêu|qua|"
        "cho ai|như thế nào)"
    ),
    "số tài khoản|stk",
    ("(gửi|cho)( {who})?( xin)? (hợp đồng|số tài khoản|stk|hoá đơn|thông tin chuyển khoản|đề nghị thanh toán|lịch)"),
    "bao giờ xong|khi nào xong|(báo|nhắn|gọi|cho)( {who})?( … )?(biết|hay|anh|chị)",
    (
        "(what|when|how|who|where)( …)?(start|begin|need from|you need|next|do you need|pay|invoice|transfer|"
        "send|kick|contact|ready|finish|deliver|done)"
    ),
    "what do you need|next step|bank (details|account)",
    who=WHO,
)
NEW = phrases(
    "(tiếp theo|giờ tới|kế tiếp)( là)?( …)? (trang|phần|cái|mục|banner|bài)",
    "tiện (thể|đây|thì|tay|em|anh|bạn|cho|nhờ|giúp|làm|luôn|sửa|thêm|đổi|hỏi|việc)|tiện|nhân (tiện|đây|thể)",
    "sẵn (tiện|em|đây|đó|anh|thì|giúp|làm|nhờ|cho|sửa|đang)|ngoài ra|bên cạnh đó",
    "thêm (một|1|cái|việc|vụ|nữa|yêu cầu|chuyện)( … )?(nữa|việc|vụ|là|chuyện)",
    "(còn|có|thêm)( một| 1)? (việc|vụ|chuyện|cái|lỗi|chỗ|vấn đề|yêu cầu|trang)( … )?(nữa|khác|này|mới)",
    "việc (khác|nữa|mới)|(chuyện|lỗi|yêu cầu|vấn đề|vụ) (khác|mới)",
    (
        "(giờ|bây giờ|à|còn|mà|rồi|xong|hôm nay|bữa nay|nay|giờ thì|tuần này|sắp tới)( thì)?( {who})? (cần|muốn|"
        "nhờ|định|tính|đang cần)"
    ),
    "(muốn|cần|xin|nhờ|phải)( …)? (thêm|đổi|sửa|thay|bổ sung|tạo|cài|gỡ|đăng|chỉnh|lập|cập nhật)",
    "(anh|chị)( …)? (giúp|cho) (em|bên em|tụi em|con|cháu)(?! hỏi| biết| xin| xem)",
    (
        "(nhờ|phiền|mong|kính nhờ|em|bạn|cháu|cho|giờ) (em |anh |chị |bạn |bên em |vinno |các em |cháu |"
        "con )?(giúp|giúp mình|giúp chị|giúp anh|làm|thêm|sửa|đổi|cập nhật|thay|gỡ|xoá|đăng|up|chỉnh|tạo|cài|lập|"
        "viết|thiết kế|mở|nâng|gắn|chuyển|in|dịch|bật|tắt|đưa|kiểm tra|xem|coi|chèn|gộp|ẩn|backup|sao lưu|"
        "khôi phục)( … )?(giúp|thêm|luôn|cho|lại|cái|trang|nút|hình|banner|logo|số|bài|tên|dòng|giá|mục|form|"
        "mail|email|web|menu|sản phẩm|màu|link|tài khoản|hộp|ảnh|video|chữ|địa chỉ|phần|hotline|popup|bản đồ|tin|"
        "mới|nữa)"
    ),
    (
        "(thêm|sửa|đổi|cập nhật|thay|gỡ|xoá|đăng|chỉnh|tạo|cài|gắn|làm|chèn|thiết kế|viết)( luôn| lại| thêm|"
        " giúp| cho| dùm)*( {who})? (giúp|luôn cho|hộ|cái|nút|hình|banner|logo|số điện thoại|trang|bài|form|"
        "email|hộp thư|menu|sản phẩm|video|hotline|popup|ảnh)"
    ),
    "làm thêm",
    (
        "nhờ (em|anh|chị|bên em|bạn|vinno|các em|cháu)( … )?(giúp|thêm|sửa|làm|đổi|xem|gửi|tạo|cập nhật|kiểm tra|"
        "chỉnh|đăng|thay)"
    ),
    "nhờ (thêm|luôn)|mở (thêm|giúp)|cần (thêm|làm thêm|một|1|tạo|lập|đổi|sửa|thay|cập nhật|mua)",
    "(please|kindly)( now| also| then)* do the",
    (
        "(one|another|1|two|a few|some|few) (more|other|additional|last) (thing|request|question|issue|point|"
        "item|change|favor|favour|problem|task)"
    ),
    "another (thing|request|issue|problem|topic|matter|page|point|task|small)",
    (
        "(could|can|would|will) you( please| kindly| now| also| then| maybe)* (add|change|update|remove|create|"
        "fix|put|make|replace|set|install|upload|move|delete|help|look|check|build|design|translate|prepare|have|"
        "correct|enable|disable|do|open|renew|extend|link|swap|edit|rename)"
    ),
    (
        "(please|kindly|also|and|then|now)( also| now| please| kindly)* (add|change|update|remove|create|fix|put|"
        "make|replace|install|upload|delete|build|design|translate|set up|prepare|correct|enable|disable|open|"
        "renew|swap|edit|rename)"
    ),
    "while you('re| are) (at it|there|in)",
    "(new|different|separate|unrelated|next) (request|issue|problem|topic|thing|task|matter|job)",
    "we (also|now)?( would)? ?(need|want|like)( to| a| another| you)",
    "i (also|now)?( would)? ?(need|want|like)( to have| a| another| you to)|in addition|additionally",
    "by the way|btw|on another|besides|also (the|we|i|our|could|can|please|there)|something else",
    "next (job|task|thing)",
    who=WHO,
)
INFO = phrases(
    (
        "(gửi|gởi|đính|kèm|chụp|up|bổ sung|cung cấp|đưa|để|nhắn|forward|chuyển|trả lời|"
        "cập nhật)( lại)?( thêm)?( kèm)?( {who})?( … )?(hình|file|ảnh|thông tin|link|tài liệu|mật khẩu|logo|"
        "nội dung|màn hình|kèm|drive|danh sách|clip|video|bên dưới|ở dưới|đây|trong|dữ liệu|excel|word|pdf|giấy|"
        "bảng|hồ sơ|bài|tệp|log|số|chứng từ|mẫu|bản|thêm|địa chỉ|tài khoản)"
    ),
    "đính kèm|bổ sung|thêm thông tin|thông tin( thêm)?( là| như| của| đây| em| đăng nhập| xuất)",
    (
        "(tài khoản|mật khẩu|domain|tên miền|user|pass|username|password|email|mail|link|địa chỉ|số điện thoại|"
        "hosting|trình duyệt|máy|lỗi|mã|ip|tên|phiên bản|website|web|trang|mst|mã số thuế|hotline|thời gian|ngày|"
        "đơn hàng|mã đơn|khách|số|id|nick|sản phẩm|nhà mạng|hệ điều hành)( … )?(là|thì là|ở|như sau|đây|báo|hiện|"
        "của)"
    ),
    (
        "(xài|dùng|sử dụng|chạy|bị|mở)( … )?(chrome|safari|firefox|edge|cốc cốc|outlook|gmail|iphone|android|"
        "windows|win|mac|wifi|4g|viettel|vnpt|fpt|máy|điện thoại|laptop|ipad)"
    ),
    r"(từ|lúc|khoảng|hồi|vào|tầm) (\d+|sáng|chiều|tối|hôm|trưa|thứ|tuần|đêm|lúc|khi|ngày)",
    "(‹chỉ›|toàn|đều|hay)( … )?(bị|lỗi|ở|trên|trang|máy|khi|có|khách)|như hình|trong hình|màn hình",
    "quên (nói|báo|kèm|gửi|ghi)|hình đúng|mới đúng|(không phải)( …)? (chỉ|mà là|đâu)|máy khác",
    "(đổi|reset|thay) (lại )?(pass|mật khẩu)|nhắn( qua)? zalo|phụ trách|có gì( {who})? (gọi|liên hệ)",
    "(thì|mới|toàn) (bị|lỗi)|(thẻ|máy|trang|mạng) khác|(nói|báo|ghi|kể) thêm",
    "ý (chị|anh|em|mình|tôi|cô|chú)( là| muốn)?|đây (em|nè|nhé|nha|ạ|là|,|anh|chị)|nè (em|anh|chị)|mst",
    "mã số thuế|xuất (hoá đơn|vat)( cho| về| theo)|trả lời câu hỏi|là (bên|trang|cái|ở|do|khi|của)",
    "ảnh (chụp|lỗi)|báo (lỗi|là|mã)|attached|attachment|attaching|enclosed|screenshot|please find",
    "here (is|are|you|'s)|here's|see below|below (is|are)",
    (
        "(username|user|password|login|domain|url|link|account|address|browser|version|error|message|code|number|"
        "order|ip|phone|email|name|host|hosting|registrar|file|files|logo|text|content|photos|pictures)( …)?(is|"
        "are|says|reads|shows|was|:)"
    ),
    "it (happens|happened|started|occurs|only|says|shows|appears|affects|began)",
    "(happens|occurs|only|started|appears)( …)?(on|in|when|with|at|since|after|for|yesterday|this morning)",
    "fyi|for your information|to answer|as (requested|you asked|asked)|additional (information|details|info)",
    "more (information|details|info|detail)",
    "(i|we) (use|used|tried|am using|are using|forgot|meant|mean|sent|uploaded|put|noticed|see|get|got)",
    "forgot to (mention|add|say|attach)|since (yesterday|this|monday|last|about)|chrome|firefox|safari",
    "outlook|iphone|android|windows",
    who=WHO,
)
DATA = (
    r"https?://|www\.|[\w.+-]{1,64}@[\w-]{1,64}\.\w|\b[\w-]{2,63}\.(?:vn|com|net|org|edu)\b|\b\d{6,}\b|"
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[A-Z]{2,}[-_ ]?\d{3,}\b|[\"“«][^\"”»]{8,}[\"”»]|"
    r"\.(?:png|jpe?g|pdf|docx?|xlsx?|zip)\b"
)

THANKS = phrases(
    "thanks|thank you|cảm ơn|cám ơn|biết ơn|đa tạ|merci|appreciate|appreciated|much obliged|grateful",
    "many thanks|thank u|cheers",
)
NOTED = phrases(
    "(rồi|ok|vâng|dạ|ừ)( ,)? (chị|anh|em|mình)( …)? (báo|biết|nhắn|chờ)",
    "đã (nhận|rõ|hiểu|biết|ghi nhận|xem|đọc|nắm)( được)?( rồi| thư| mail| thông tin| báo giá)?",
    "nhận được (rồi|thư|mail|thông tin|báo giá)|nhận được( … )?rồi",
    "(chị|anh|em|mình|cô|chú|tôi|bên (anh|chị|mình|em))( sẽ)? (chờ|đợi|hóng)( tin| nhé| nha| em| thư| bên)*",
    "chờ (tin|em|bên em|nhé|nha|được|thư|phản hồi|báo giá)|cứ (từ từ|thong thả|làm|vậy|thế|từ từ làm)",
    "tuyệt( vời| quá)*|(thứ|ngày|chiều|sáng|mai|lịch|giờ|hẹn)( …)? (là )?(ok|được|ổn|tiện)",
    "không (gấp|vội|sao|vấn đề)( đâu)?|(cũng|thì) được|cũng ok|(?<!thì )tốt (quá|lắm)|hay quá|vui quá",
    "nhanh (quá|vậy|ghê|thế)|dễ thương|giỏi (quá|ghê)|chúc",
    (
        "^(vâng|dạ|ok|ừ)( ok)?( {who})?( , | )(đúng|thứ|mai|chiều|em (báo|chờ|biết)|anh (biết|chờ)|chị (biết|"
        "chờ)|vậy|hẹn|nhờ|cứ|nhắn)"
    ),
    "vậy nhờ|(that|it|this|date|time|monday|tuesday|wednesday|thursday|friday|saturday) works|noted|received",
    "got it|understood|no (problem|rush|hurry|worries)|take your time",
    "(that's|that is|it's|is|all|sounds|looks|works) (fine|ok|okay|good|great|perfect)",
    "(will|we'll|i'll|i will|we will) (wait|be waiting)|look(ing)? forward|great|perfect|good|nice|see you",
    "excellent|wonderful|well noted|clear|all clear|fine",
    who=WHO,
)
THANKS_FOR = phrases(
    r"(cảm ơn|cám ơn|thanks)( {who})?( nhiều)? (đã|vì|về)( …)?( [^\s,]+)?( [^\s,]+)?( [^\s,]+)?",
    r"(thanks|thank you)( (so|very) much)? for( …)?( [^\s,]+)?( [^\s,]+)?( [^\s,]+)?",
    who=WHO,
)
ALSO = phrases(
    "tiếp theo|giờ tới|(sang|tới) phần|next up|^also|^plus|à quên|với lại|à mà",
    "^(à|mà|rồi) (em|anh|chị|còn|thêm)|quên (nữa|mất)",
    "tiện (thể|đây|thì|tay|em|anh|bạn|cho|nhờ|giúp|làm|luôn|sửa|thêm|đổi|việc)|nhân (tiện|đây|thể)",
    "sẵn (tiện|em|đây|đó|anh|thì|giúp|làm|nhờ|cho|sửa|đang)|ngoài ra|bên cạnh đó",
    "(còn|có|thêm|nhờ thêm)( một| 1)? (việc|vụ|chuyện|yêu cầu|vấn đề)( …)? (nữa|khác|mới)",
    ("(one|another|1) (more|other|additional|last) (thing|request|issue|point|item|change|favor|favour|problem|task)"),
    "another (thing|request|issue|problem|topic|task)|while you('re| are) (at it|there|in)|by the way",
    "in addition|additionally|something else",
)
PLEADS = phrases(
    "(can|could|would) you|được (không|chứ|chưa)|(có )?được không|(can|could|may|might) (we|i|you|it)",
    "would it|is it (possible|ok|okay|fine)|possible|cho (chị|anh|em|mình|bên)",
)
ASK_HOW = phrases(
    "(vào|làm|chỉnh|sửa|đổi|bấm|tìm|xem) (ở )?(đâu|chỗ nào|sao|thế nào|như thế nào|kiểu gì)|làm sao",
    "làm thế nào|cách (nào|làm|sửa|đổi)|hướng dẫn|how (do|can|should|to)|where (do|can|is|are)",
    "(is|are|was|will|does|do) (it|this|that|there|we|i|the)|what (was|is|caused|happened)",
)
BUT = phrases(
    "nhưng|nhưng mà|mà|tuy nhiên|có điều|mỗi tội|còn|riêng|trừ|but|however|except|only|although|though",
)
FAULT = phrases(
    "bị|lỗi|hư|hỏng|mất|sai|thiếu|lệch|không (vào|được|thấy|nhận|gửi|chạy|mở|hiện|lên|in|đúng|có|đăng)|chưa",
    "vẫn|trắng|treo|chậm|not|no|can't|cannot|doesn't|don't|isn't|still|wrong|missing|slow|error|broken|fails?",
)
TROUBLE = phrases(
    "bị|lỗi|hư|hỏng|mất|sai|trục trặc|trắng|treo|chậm|than phiền|wrong|error|errors|missing|broken|slow",
    "problem|issue|crash|fail|fails|failed|blank",
)
ASSENT = phrases(
    "^(ok|vâng|dạ|ừ|được|fine|yes|great|good|sure|perfect|alright|all right)",
)
NOT_NEW = phrases(
    "cần làm gì|có|có cần|không cần|khỏi|đừng|sao|ai|do i|should i",
)
NOT_FIXED = phrases(
    "không|chưa|vẫn|chẳng|đâu|lại|đừng|mới|nếu|khi|sao|để|not|n't|never|still|isn't|doesn't|don't|can't",
    "cannot|no|hardly|until|if|when|hasn't|haven't|only|won't|didn't|aren't|almost|wasn't|gần",
)
NOT_BROKEN = phrases(
    "muộn|trễ|hết|không còn|không thấy|không bị|không|để|khỏi|hồi nãy|lúc nãy|ban nãy|hôm qua|trước đó|trước",
    "lúc đầu|sợ|lỡ|no|no longer|nothing|used to|yesterday|earlier|before|was|were|if|nếu|hồi|tuần trước|did",
    "có|lần sau|liệu",
)
RESIGNED = phrases(
    "nhưng|nhưng mà|mà|thôi|thôi thì|song|tuy vậy|tuy|dù|but|still|though|anyway|however|nevertheless",
    "although",
)
OTHER_MATTER = phrases(
    r"(hợp đồng|phí|gói) (duy trì|bảo trì|cũ|năm ngoái)|gia hạn|(hoá đơn|phí|tiền) tháng|tháng (trước|rồi|\d+)",
    "(cái|vụ|việc|mục|báo giá) (kia|khác|trước)|(lần|hôm|bữa|hồi) trước|năm ngoái|renewal",
    "maintenance (contract|fee)|last (month|year|time)|previous (quote|invoice|one)",
    "the other (quote|request|one|matter)|another (quote|matter|request)",
)
SARCASM = phrases(
    r"haha\w*|hihi giá|hehe|hí hí|hì hì|kkk\w*|lol|=\)\)|đùa|giỡn|hài|điên|khùng|tưởng (bở|em|anh|chị|đâu)",
    "cứ tưởng|in tiền|in được tiền|trồng (được )?(cây )?(ra )?tiền|đào (được )?(ra )?(vàng|tiền)|cướp|ăn cướp",
    "chém|máy chém|nằm mơ|vàng (à|hả|không)|bằng vàng|đánh vàng|dát vàng|tuyệt vời quá|hay quá ha|giỏi ghê",
    "rẻ (ghê|quá|dữ|thật|thế|vậy)( ha| hả| nhỉ| quá)?|quá rẻ|giàu|đại gia|bill gates|tỷ phú|trời (ơi|đất)",
    "ôi trời|ha (em|anh|bạn)(?= *,|$)|quá ha|ghê ha|chắc (anh|chị|em|mình|tôi|bên|cô|chú|tui)",
    "bán( … )?(nhà|xe|thận|vàng|đất|bò)|mua (luôn|được)( cái| cả)?( xe| nhà| công ty| server| web mới)",
    "đồng ý , đồng ý|vâng vâng|cũng đúng mà|wow|of the century|for that (money|price)|hire two|bằng cả tháng",
    "yeah right|yes right|sure , why not|of course , (because|we)|are you (kidding|serious|joking)|very funny",
    "you must be|in your dreams|made of money|what a (bargain|joke|deal)|ridiculous|absurd|joke|robbery",
    "kidding|pigs fly|dream on|gold|millionaire|sell (my|the) (car|house|kidney)|print money|money tree",
    "grows on trees",
    only_as_written=True,
)
THIRD = phrases(
    (
        "(khách|khách hàng|đối thủ|bên kia|bên thứ ba|nhà mạng|ngân hàng|nhân viên|bạn kia|đối tác|họ|nó|"
        "bên (ads|seo|in|vận chuyển|bán|thi công|cũ))( của)?( {who})?( … )?"
    ),
    "(the other|our customers?|the customers?|bank|facebook|google|previous|former|competitor|clients?)( …)?",
    who=WHO,
)
CALL_ME = phrases(
    "gọi (điện )?(cho |lại |cho lại |lại cho )?({who})|(gọi|alo|alô|call|nhắn zalo|zalo)( cho)?( {who})",
    "(please )?(call|phone|ring) (me|us)|gặp (nhau|trực tiếp|mặt)|qua (văn phòng|công ty|gặp)",
    "nói chuyện (trực tiếp|qua điện thoại)|hẹn gặp|(have|set up|schedule|arrange) a (call|meeting)",
    "jump on a call",
    who=WHO,
)

HOW_FAR = phrases(
    "(đến|tới|tiến hành|làm|xử lý)( …)? (đâu|mô)( rồi)?",
    "(tiến độ|tình hình)( …)?(sao|thế nào|đâu|như nào|rồi|ra sao|gì|xử lý)?",
    ("(xong|có|sửa|làm|xử lý|khắc phục|kiểm tra|giải quyết)( được)?( {who}| xong| gì| rồi| kết quả| tin| được)* chưa"),
    ("(sao|mà|vẫn|hoài|mãi|giờ)( …)? chưa( thấy| có)? (xong|trả lời|phản hồi|hồi âm|làm|sửa|xử lý|động tĩnh|ai)"),
    "bao giờ (thì )?(mới )?(xong|có|được)|khi nào (thì )?(mới )?(xong|có|được)",
    "chừng nào (thì )?(mới )?(xong|có|được)|có (tin|kết quả|tiến triển)( gì)?( mới)?( chưa)?",
    "(any|what is the|what's the|an|status|the) (news|update|updates|progress|status|eta)",
    "how (far|is it going|does it look|are things|is my|is our|is the)",
    "where (are we|do we stand|does this stand)|status (of|update|on|please)",
    "is (it|this) (done|ready|finished|fixed|solved)( yet)?",
    "have you( …)?(started|finished|found|fixed|looked|begun|solved)",
    "when will (it|this|you)( …)?(done|ready|finish|finished|be|fixed)|still waiting",
    "(are you|is anybody|is anyone|anyone) (working|still|looking)|heard (nothing|back)|haven't heard",
    who=WHO,
)
UNSUBSCRIBE = phrases(
    "huỷ (đăng ký|theo dõi|nhận)( …)?",
    (
        "(đừng|ngưng|ngừng|dừng|thôi|khỏi|xin đừng)( …)? (gửi|gởi|spam|quảng cáo)( …)?(nữa|tin|thư|mail|email|"
        "quảng cáo|bản tin|newsletter|cho)"
    ),
    "không (gửi|gởi|nhận)( …)? nữa|không (muốn|cần|có nhu cầu|thích)( …)? (nhận|đọc|bản tin|quảng cáo)( …)?",
    "(xoá|gỡ|bỏ|loại|rút|cho)( …)? (khỏi|ra khỏi) (danh sách|list|nhóm)",
    "từ chối( nhận)?( …)?(quảng cáo|bản tin|thư|mail|email|tin)?|(đừng|thôi) (làm phiền|spam)",
    "(ngưng|ngừng|dừng) (gửi|nhận|bản tin|quảng cáo)|đừng gửi|unsubscribe|opt ?out",
    "remove (me|us|my (address|email|name)|our (address|email))|take (me|us|my)( …)? off",
    "stop (sending|emailing|mailing|spamming|these|the|this|newsletter|all)|^stop$",
    r"no (more|longer)( …)?(emails?|mails?|newsletters?|want|wish|advertis\w*)",
    "(don't|do not) (send|email|want|wish|contact|mail)( …)?",
    "not interested in( …)?(newsletter|emails|mailings|offers)|tu choi|^tc$|^huỷ$|^huy$",
)
_FILLERS = """
    em anh chị cô chú bác cháu con ơi à ạ á nhé nha nhen nghen hen hén nè luôn liền đó đấy vậy thế thì là mà
    này nhiều lắm quá rất với cả bên team bạn mình tôi tui dì cậu các quý công ty vinno dạ vâng ừ ok rồi
    thanks thank you cảm ơn cám được yes oh hi hello dear all so very much for the your quick reply support
    help and again linh sir madam kindly please cứ xin chào kính gửi đã hỗ trợ giúp cho ngay nhanh chóng
    nhiệt tình ha he ad shop sếp okela good great fine hihi hì mọi người toàn thể nhà tụi lại một lần nữa
    chân thành trân trọng sure many lot a lots of indeed bro mấy đứa bé my friend guys everyone trả lời phản
    hồi thư mail email vô cùng cũng tốt hay
"""
FILLERS = frozenset(_FILLERS.split())
ABOUT_QUOTE = phrases(
    "báo giá|hoá đơn|kế toán|vat|quote|quotation|invoice|hợp đồng|contract|mã số thuế|mst",
)
WANTS = phrases(
    "xin|giải thích|làm rõ|cho( {who})? hỏi",
    "gửi( giúp| lại)?( {who})? (bảng|mẫu|chi tiết|bản|hợp đồng|hồ sơ|file)",
    "please (explain|clarify|send|provide|share|advise)|(could|can|would) you",
    who=WHO,
)
_BEFORE_A_YES_TEXT = """
    tài chính hành quản lý phụ trách ban giám đốc hiệu lãnh đạo trị sếp chúng xác nhận họp xong kế toán
    thống nhất vợ chồng ông xã bà gia đình đối tác nội bộ cả nhà trường phòng trưởng phận toàn đều đã vừa
    mới cũng vẫn hoàn giá báo phương án chi phí mức này như thôi hết nhờ mời đề nghị mong muốn tổng cấp trên
    chủ đọc xem coi kỹ kĩ quyết định chọn đặt duyệt chuyển khoản lên lịch tụi bọn hội đồng ý công thức ký
    bên chịu tin yên tâm liền luôn thuận tiếp tục hai bằng lòng rất vui sẵn sàng mắc our we have has i i'm
    we're management board boss director manager team everyone all both quote quotation price offer proposal
    order estimate budget work the is are was been it this that now hereby also fully just happy glad
    pleased side from confirm approved accepted agreed he she they his her their my us yes ready decided
    like to do does did would 'd will 'll and so then finance ceo owner headquarters partners find
"""
BEFORE_A_YES = frozenset(_BEFORE_A_YES_TEXT.split()) | FILLERS
ORGANISATIONS = frozenset(
    {"công", "cty", "trường", "khách", "trung", "ltd", "co", "company", "viện", "sở", "cp", "tnhh"}
)
_BEHIND_A_YES_TEXT = """
    của
    theo làm lam kết trong từ triển khai kịp tháng sớm som tuần tiến độ nêu thực hiện đơn ngày nay thứ nào mai
    kinh phí đúng hạn trị tổng số tiền khoản ứng tạm ký giấy thuế cả vat các bắt đầu luon đi di nhe nha hết
    toàn bộ đề xuất việc dự án website web hạng khỏi suy nghĩ bản ở trên dưới đính kèm lần mới nhất đợt này
    đã gửi rồi bạn gọn chắc chắn ngay lập tức hôm tới sau chiều sáng tối cho bận mất công hoàn đấy được đó
    hai ba tư năm sáu bảy chủ nhật xong tất thống cuối cùng văn giá giúp gởi hợp đồng để qua sang as with by
    on in at to of per quoted dated asap soon possible total full 100 terms conditions schedule timeline
    time cost costs amount attached above revised latest new final behalf entirely completely totally
    without reservation changes please monday tuesday wednesday thursday friday saturday sunday today
    tomorrow yesterday next week month morning afternoon immediately right away whenever january february
    march april may june july august september october november december number no. million triệu vnd days
    dịch vụ everything
    working sooner better clear earliest convenience following steps contract invoice po photos start begin
    proceed works fine good great ahead forward going getting get started kick off day first thing when
"""
BEHIND_A_YES = (frozenset(_BEHIND_A_YES_TEXT.split()) | BEFORE_A_YES) - {
    "lịch",
    "họp",
    "đọc",
    "xem",
    "coi",
    "kỹ",
    "nhờ",
    "mong",
}
