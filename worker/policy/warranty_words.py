"""The words for things and symptoms by which work is recognised again, in Vietnamese and English: tables of phrases."""

from __future__ import annotations

from collections.abc import Mapping

from worker.policy.plain_words import Phrases, phrases

THINGS: Mapping[str, Phrases] = {
    "mailbox": phrases(
        "mail|email|e-mail|thư|hộp thư|outlook|gmail|webmail|mailbox|thunderbird|smtp|imap|inbox",
    ),
    "form": phrases(
        "form|biểu mẫu|mẫu (liên hệ|đăng ký|báo giá)|contact form|ô (nhập|điền)",
    ),
    "cart": phrases(
        "giỏ( hàng)?|đặt hàng|đơn hàng|mua hàng|nút mua|checkout|cart|orders?|order button",
    ),
    "payment": phrases(
        "thanh toán|cổng thanh toán|momo|vnpay|zalopay|onepay|paypal|thẻ visa|payments?|pay|credit card",
    ),
    "login": phrases(
        "đăng nhập|log ?in|tài khoản|mật khẩu|password|login|sign in|quản trị|trang admin|wp-admin|admin",
    ),
    "certificate": phrases(
        "ssl|chứng chỉ|https|ổ khoá|not secure|không bảo mật|không an toàn|certificate",
    ),
    "domain": phrases(
        "tên miền|domain|dns|nameserver|bản ghi|mx|cname|spf|dkim|whois",
    ),
    "banner": phrases(
        "banner|slide|slider|slideshow|băng rôn|ảnh bìa",
    ),
    "menu": phrases(
        "menu|thanh điều hướng|navigation|đầu trang|header",
    ),
    "footer": phrases(
        "chân trang|footer|cuối trang",
    ),
    "search": phrases(
        "tìm kiếm|ô tìm|search|bộ lọc|filter",
    ),
    "size": phrases(
        "bảng size|bảng kích thước|size chart|size selector|chọn size",
    ),
    "popup": phrases(
        "popup|pop-up|cửa sổ nổi|quảng cáo nổi",
    ),
    "chat": phrases(
        "chat|zalo|messenger|nút gọi|hotline button|call button",
    ),
    "map": phrases(
        "bản đồ|google map|google maps|map|maps",
    ),
    "pictures": phrases(
        "hình|ảnh|hình ảnh|ảnh sản phẩm|pictures?|images?|photos?|gallery|album|thumbnail",
    ),
    "video": phrases(
        "video|clip|youtube",
    ),
    "font": phrases(
        "phông|font|fonts|lỗi chữ|bảng mã",
    ),
    "mobile": phrases(
        "điện thoại|di động|mobile|iphone|android|responsive|phone|phones",
    ),
    "language": phrases(
        "tiếng anh|english version|đa ngôn ngữ|bản dịch|english page|english pages",
    ),
    "price": phrases(
        "giá (bán|sản phẩm|tiền|cả)?|bảng giá|prices?|price list",
    ),
    "counter": phrases(
        "bộ đếm|google analytics|analytics|thống kê|lượt truy cập|pixel",
    ),
    "backup": phrases(
        "sao lưu|backup|khôi phục|restore",
    ),
    "disk": phrases(
        "dung lượng|ổ đĩa|băng thông|quota|disk|storage|bandwidth",
    ),
    "news": phrases(
        "tin tức|bài viết|blog|news|posts?|article|articles",
    ),
    "booking": phrases(
        "đặt bàn|đặt phòng|đặt lịch|booking|reservation|appointment",
    ),
    "printing": phrases(
        "in (hoá đơn|phiếu|vé|ra)|máy in|print|printing|pdf",
    ),
    "site": phrases(
        "website|web|trang web|trang chủ|site|homepage|home page|trang",
    ),
}
SYMPTOMS: Mapping[str, Phrases] = {
    "sends_not": phrases(
        "(không|chưa|chẳng|hổng)( …)? (gửi|gởi)( được| đi)?|gửi( …)? (không|chưa) (được|đi|tới|qua)|gửi (bị|lỗi)",
        "(can't|cannot|unable to|not|won't|doesn't|does not|don't)( be)? (send|sending|submit|sent)",
        "(sending|outgoing|submit)( …)? (fails|failed|not|error)|bị trả (về|lại)|bounc(e|es|ed|ing)",
        "bị (chặn|từ chối)|(mail|thư|email)( …)? (không|chưa) (đi|tới)",
    ),
    "receives_not": phrases(
        "(không|chưa|chẳng|hổng)( …)? nhận( được)?",
        "(không|chưa) (có|thấy)( …)? (thư|mail|email|đơn) (nào|mới|về|tới)?|nhận( …)? không được",
        (
            "(not|never|can't|cannot|don't|doesn't|no longer)( …)? (receive|receiving|received|get|getting|arrive|"
            "arriving)"
        ),
        "nothing arrives|incoming( …)? (fails|not)|(thư|mail|đơn)( …)? (không|chưa) (về|vào|tới)",
    ),
    "spam": phrases(
        "spam|thư rác|hộp rác|junk|quảng cáo bậy",
    ),
    "down": phrases(
        "(sập|tèo|ngỏm|toang|chết)( …)?",
        "không (vào|truy cập|mở|xem|load|lên|chạy|hoạt động)( …)?(được|nổi|web|trang)?|vào( …)? không (được|nổi)",
        "trắng (trang|xoá|bóc|tinh)|trắng bóc|trang trắng",
        "(site|website|page|web|it)( …)? (is )?(down|offline|unreachable)|(blank|white) (page|screen)",
        "(cannot|can't|doesn't|does not|won't|not)( …)? (open|load|loading|opening|reach|access)",
    ),
    "slow": phrases(
        "chậm|ì ạch|lag|quay (mòng|vòng|hoài)|xoay (vòng|mòng|hoài)|load lâu|slow|slowly|takes ages|timeout",
        "time out|đơ|treo|đứng hình",
    ),
    "error_page": phrases(
        r"(lỗi|error|mã)( số)? ?(4\d\d|5\d\d)|(403|404|500|502|503|504)|internal server|bad gateway",
        "database connection|kết nối (cơ sở )?dữ liệu",
    ),
    "gone": phrases(
        "mất( …)? (tiêu|tích|hết|sạch|luôn)?|biến mất|không (còn|thấy|hiện|hiển thị)|chưa (hiện|hiển thị|lên)",
        "bị xoá|trống trơn|missing|disappeared|vanished|gone|not (show|shown|showing|displayed|appear|appearing)",
        "(doesn't|don't|does not|do not)( …)? (show|appear|display)",
    ),
    "broken_look": phrases(
        "vỡ|bể|lệch|nhảy|tràn|chồng|méo|xấu|lộn xộn|layout|misaligned|overlap|overlaps|overlapping|cut off|đè lên",
        "che mất|out of place",
    ),
    "wrong_letters": phrases(
        "(lỗi|sai|vỡ|bể) (phông|font|chữ|dấu)|ô vuông|dấu hỏi|ký tự lạ|garbled|strange characters|mojibake",
    ),
    "expired": phrases(
        "hết hạn|quá hạn|expired?|expires|expiry|expiring",
    ),
    "hacked": phrases(
        "hack|bị hack|virus|mã độc|malware|trang lạ|chuyển hướng lạ|cờ bạc|hacked|redirects? to|defaced|gambling",
    ),
    "full": phrases(
        "đầy|hết (dung lượng|chỗ|quota)|full|quota exceeded|over quota|out of (space|storage)",
    ),
    "no_login": phrases(
        "(không|chưa|chẳng)( …)? (đăng nhập|log ?in|vào)( …)?(được|tài khoản|quản trị)?|sai mật khẩu",
        "mật khẩu không đúng|bị khoá|(cannot|can't|unable to|not)( …)? (log ?in|sign in|login)|wrong password",
        "locked out|login( …)? (fails|failed|refused|rejected)",
    ),
    "no_reaction": phrases(
        "(bấm|nhấn|click|ấn|chọn)( …)? (không|chẳng|hổng|không có)( …)?(được|ra|phản ứng|ăn|gì|bung|mở|chạy)?",
        "không (bấm|nhấn|click|bung|phản hồi|phản ứng|ăn)|does nothing|nothing happens|not clickable|no reaction",
        "unresponsive|(doesn't|does not|don't) (respond|react|work)",
    ),
    "wrong_value": phrases(
        "sai (giá|số|tên|tiền|kết quả|địa chỉ|ngày)|tính sai|(hiện|ra|báo) sai|giá (cũ|sai)|nhảy (số|giá)",
        "wrong (price|amount|total|number|address|date|result)|miscalculat(es|ed)",
    ),
    "not_secure": phrases(
        "không (bảo mật|an toàn)|not secure|cảnh báo( …)? (bảo mật|đỏ|nguy hiểm)|security warning",
        "cảnh báo trình duyệt",
    ),
    "not_saved": phrases(
        "không lưu|lưu không được|mất dữ liệu|(doesn't|does not|not) save|not saved|không cập nhật",
        "(doesn't|does not|not) update",
    ),
    "duplicate": phrases(
        "(hai|2|nhiều) lần|bị trùng|trùng lặp|lặp (lại|đi)|nhân đôi|duplicates?|twice|double",
    ),
}
FAULT = phrases(
    "lỗi|bị|hư|hỏng|trục trặc|sự cố|vấn đề|không được|không chạy|hết chạy|error|errors|broken|fault|fails",
    "failed|problem|wrong|not working|doesn't work|does not work|stopped working|issue|out of order",
)
AGAIN = phrases(
    "(như|y như) (xưa|hồi|lúc|khi|lần|đợt)|mở lại( …)? (yêu cầu|ticket|phiếu)|reopen|reopening|reopened",
    "(cũng|vẫn) (chỗ|cái) đó",
    "(hồi|tháng|năm|tuần|hôm|bữa|lần)( …)? (chữa|vá|thay|fix)",
    "(cậu|cháu|chú|bạn|em|anh|chị)( …)? (chữa|vá|sửa)( …)? (xong|rồi|hồi|hôm)",
    "(in|on|since|back in|last) (january|february|march|april|may|june)",
    "(in|on|since|back in|last) (july|august|september|october|november|december|spring|summer)",
    "(you|vinno)( …)? (corrected|cured|patched|said( …)? solved)|same warning|closed (on|in)|đóng ngày|mark done",
    "lại( …)?(bị|lỗi|hư|hỏng|sập|mất|không|chậm|treo|đứng|trắng|báo|vỡ|lệch|hết|đầy|tèo|y|như|giống)",
    "(bị|lỗi|hư|hỏng|mất|sập|treo|tái phát|xảy ra|xuất hiện)( …)? (lại|nữa|tiếp|y như|hoài)",
    "tái (phát|diễn|xuất hiện)|(như|giống|y) (hồi|lần|bữa|hôm|đợt|lúc|năm|tháng) (trước|rồi|đó|ngoái)",
    "(như|giống) (cũ|lần trước|trước đây|y lần)|y (chang|như|hệt)|vẫn (bị|lỗi|chưa|không|còn|y|như)",
    (
        "(lần|bữa|hôm|đợt|hồi|tháng|năm|tuần)( …)? (em|anh|bên em|vinno|bạn|bên bạn|mấy em|các em|bên anh|"
        "kỹ thuật)( …)? (sửa|xử lý|làm|chỉnh|khắc phục|cài|cấu hình)"
    ),
    ("(đã|từng|mới|vừa)( …)? (sửa|xử lý|khắc phục|chỉnh|làm)( …)? (rồi|xong|lần|cho|giúp|hôm|bữa|tháng|năm|tuần)"),
    "(sửa|xử lý|khắc phục)( …)? (rồi|xong)( …)? (mà|lại|giờ|nay)|bảo hành|lại như|lần (thứ )?(2|3|hai|ba|nữa)",
    "again|came back|come back|is back|(are|was|were) back|returned|recurr(ed|ing|ence)",
    "same( …)? (as|problem|issue|error|fault|thing)( …)?(before|last|again|time|in)?|like (last|before)",
    "(you|your team|vinno|linh|your colleague)( …)? (fixed|repaired|solved|handled|sorted|set up)",
    "(was|were|had been|been) (fixed|repaired|solved|handled)( …)?",
    "(fixed|repaired|solved|handled)( …)? (last|in|before|already|earlier|ago)|still|once more|warranty",
    "not( …)? fixed|last time|as before|second time|third time",
)
DENIED = phrases(
    "không phải( …)? (lỗi|cái|chỗ|vụ|chuyện|sự cố)( …)?(cũ|trước|đó|lần trước|hôm trước|kia|hồi)",
    "(lỗi|chuyện|vấn đề|vụ|cái|chỗ|sự cố) (khác|mới)",
    "khác (với )?(lần|hồi|cái|bữa|đợt|lỗi) (trước|rồi|đó|kia|cũ)|lần này( …)? (là|khác)( …)?(khác|mới)?",
    "(?<!như )lần đầu|chưa (từng|bao giờ)( …)?(bị|gặp|sửa|nhờ)?|not the same",
    "different (problem|issue|error|fault|thing|from)|another (problem|issue|error|fault)",
    "(new|unrelated) (problem|issue|error|fault)|first time|never happened",
    "vẫn (chạy )?(tốt|ổn|ngon|bình thường)|chạy (tốt|ổn|ngon)|works fine|working fine|is fine",
    "bên (khác|kia|cũ|thiết kế cũ|ngoài)( …)? (sửa|làm|xử lý)",
    "(thợ|người|đơn vị|công ty) (khác|quen|cũ|ngoài)( …)? (sửa|làm|xử lý)",
    "(another|other|previous|former) (company|agency|developer|freelancer|vendor)",
    "(chị|anh|em|mình|tôi|bên (chị|anh|em|mình)|con|cháu|nó) tự (sửa|làm|chỉnh)",
    "(we|i) (fixed|repaired|did) it (ourselves|myself)|nếu( …)? (bị lại|lại bị|tái phát|xảy ra)",
    "if it (happens|comes)|lỡ( …)? (bị lại|lại)|sợ( …)? (bị lại|lại bị|lại)|để( …)? không bị lại",
    "có( …)? bị lại không",
)
MORE = phrases(
    "(làm|tạo|viết|thêm|mở|đăng|gắn|lắp|lập|cài) (thêm|mới)|(?<!không )(?<!chưa )thêm (cho|giúp|một|1|2|vài|mấy|cái|nút|mục)",
    "(?<!không )(?<!chưa )thêm (trang|ô|form|tính năng|chức năng|ngôn ngữ|phần|banner|menu|sản phẩm)",
    "thiết kế|xây dựng|nâng cấp|(?<!không )(?<!chưa )(làm|tạo|thêm|viết|đăng|dựng|lập|mở)( …)? mới|"
    "(làm|tạo|dựng|viết)( cho| giúp)?( em| chị| anh| mình)? (một |1 |cái |thêm ){0,3}"
    "(trang|form|banner|landing|website|app|chức năng|tính năng|logo|bài|nút|mục)",
    "(?<!không )(?<!chưa )(thay|đổi)( giúp| cho| luôn)?( em| chị| anh| mình)? "
    "(banner|logo|hình|ảnh|màu|giao diện|nội dung|số điện thoại|tên)",
    "báo giá|chi phí bao nhiêu|(?<!unable to )(?<!cannot )(?<!can't )(add|build|create|design|redesign|upgrade|develop)",
    "(need|want|would like|please)( …)? (new|additional|another)|how much (would|does|is)",
)
_COMMON_TEXT = """
    anh chi cho giup khong duoc roi nhe nha cua minh ben nay hom nua voi thi nhu cung trang web website mail email vinno
    xem lai
    loi sua kiem tra cam khach hang gui nhan dang van hay can nho moi tren duoi trong ngoai sang chieu toi qua tuan thang
    nam lan truoc
    and the for you our with this that has have was were are not can please again same problem error issue hello dear
    thanks thank site
    page from they them your but when what how since last time fixed still does hien bao thay vao len mot hai bam nut
"""
COMMON = frozenset(_COMMON_TEXT.split())
