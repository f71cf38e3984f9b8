"""Facts that the rules read off a mail: which things, acts, troubles, times and amounts it speaks of.

A fact is a name; what it speaks for is learned from the examples, so a row here can be added without thinking about
weights. Words are matched folded and whole, in runs of up to five words; customers' spellings (`ko`, `dc`, `vs`) are
brought into one form first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from worker.policy.features import Seen
from worker.policy.flags import flags_of
from worker.policy.language import is_foreign
from worker.policy.urgency import ALL_MAIL, is_all_mail_down

_SHORT_FORMS = {
    "ko": "khong",
    "k": "khong",
    "kg": "khong",
    "kh": "khong",
    "khg": "khong",
    "kng": "khong",
    "hok": "khong",
    "hong": "khong",
    "hong.": "khong",
    "hem": "khong",
    "chang": "khong",
    "chua": "khong",
    "cant": "cannot",
    "dc": "duoc",
    "đc": "duoc",
    "dk": "duoc",
    "vs": "voi",
    "j": "gi",
    "r": "roi",
    "ntn": "nhu the nao",
    "bthg": "binh thuong",
    "bt": "binh thuong",
    "mk": "mat khau",
    "pass": "mat khau",
    "password": "mat khau",
    "sdt": "so dien thoai",
    "tk": "tai khoan",
    "nv": "nhan vien",
    "kh.": "khach hang",
    "hdon": "hoa don",
    "hd": "hop dong",
    "emails": "mail",
    "email": "mail",
    "mails": "mail",
    "websites": "website",
    "pls": "please",
    "plz": "please",
    "hqua": "hom qua",
    "hnay": "hom nay",
    "bit": "biet",
    "bik": "biet",
    "wa": "qua",
    "zui": "vui",
    "gium": "giup",
    "dum": "giup",
    "giu": "giup",
}

_PHRASES: Mapping[str, str] = {
    # things
    "mail": (
        "mail|e mail|hop thu|hom thu|thu dien tu|dien thu|outlook|gmail|webmail|inbox|imap|smtp|pop3|mailbox|"
        "mailboxes|thunderbird|roundcube|zimbra|mdaemon|mail server|mail client|dia chi thu|hop mail|spam|junk|"
        "mailer daemon|bounce|bounced|thu rac|hop thu den|forwarder|auto reply|yahoo|hotmail|mail cong ty"
    ),
    "send_receive": (
        "khong gui duoc|gui khong duoc|khong nhan duoc|nhan khong duoc|bi tra lai|tra ve|doi lai|bounce|bounces|"
        "bounced|bounced back|cannot send|can not send|unable to send|could not send|not send|not receive|"
        "cannot receive|not receiving|never arrives|never arrive|never arrived|not arrive|not arriving|"
        "does not arrive|khong toi|khong den|khong thay thu|khong di|undelivered|undeliverable|rejected|"
        "blacklist|blacklisted|danh sach den|vao spam|vo spam|into spam|in spam|to spam|to junk|hop thu day|"
        "day hop thu|mailbox full|quota|mailbox is full|over quota|khong gui di duoc|khong ra|gui khong di"
    ),
    "server": (
        "hosting|server|may chu|host|vps|dung luong|bang thong|bandwidth|disk|o cung|ssl|https|chung chi|"
        "chung chi bao mat|certificate|backup|back up|sao luu|ban sao luu|restore|khoi phuc|phuc hoi|"
        "phuc hoi lai|cpanel|directadmin|ftp|database|mysql|nginx|apache|gateway|cache|cloudflare|cdn|ram|cpu"
    ),
    "ssl": (
        "ssl|https|chung chi|chung chi bao mat|certificate|khong an toan|khong bao mat|not secure|khong rieng tu|"
        "not private|o khoa|padlock|net err cert date invalid|o khoa do|"
        "ket noi cua ban khong phai la ket noi rieng tu"
    ),
    "down": (
        "khong vao duoc|khong vo duoc|vao khong duoc|vo khong duoc|khong mo duoc|mo khong duoc|mo khong len|"
        "khong len|khong truy cap duoc|sap|bi sap|sap roi|chet|die|down|is down|went down|offline|trang trang|"
        "trang xoa|trang tinh|trang bong|blank|white page|white screen|blank page|cannot open|can not open|"
        "cannot be reached|can t be reached|not load|not loading|does not load|does not open|wont load|"
        "doesn t load|won t load|won t open|timeout|time out|timed out|quay mai|quay vong|quay hoai|xoay mai|"
        "xoay vong|xoay hoai|unreachable|khong hien gi|khong ra gi|tat ngom|ngom|dung hinh|khong chay|err|error|"
        "refused|unavailable|nothing comes|not opening|not accessible|khong vao noi|toi thui|trang bach|"
        "khong thay gi"
    ),
    "slow": (
        "cham|rat cham|slow|slowly|rua bo|lau qua|tai lau|load lau|i ach|very slow|takes forever|lag|giat|ca phut|treo"
    ),
    "hacked": (
        "hack|hacked|hacker|bi hack|hac|ma doc|virus|malware|trojan|webshell|shell|chen link|link la|casino|"
        "co bac|ca do|bong da truc tuyen|song bac|danh bac|bi tan cong|tan cong|deface|defaced|lua dao|gambling|"
        "betting|xam nhap|breach|break in|compromised|deceptive|ransom|tong tien|nguy hiem|dangerous|"
        "chu trung quoc|nhay sang|tu nhay|redirects|redirected|pharma|viagra|slot|bai la|tai khoan la|trang la|"
        "web la|trang nguoi lon|phishing|mao danh|danh cap"
    ),
    "break_in": (
        "hacked|bi hack|hack|hacker|ma doc|malware|webshell|chen link|link la|casino|danh bai|co bac|ca do|"
        "dau lau|hacked by|user la|tai khoan la|plugin la|bai viet la|bai la|tieng thai|tieng nhat|tieng indo|"
        "tieng nga|tieng trung|thuoc cuong duong|vay tien nhanh|cialis|viagra|pharmacy|pharmacie|never created|"
        "nobody created|none of us made|none of us created|not create|did not make|khong ai tao|khong ai viet|"
        "dau co viet|dau co tao|khong co tao|khong co gui|we never send|i was asleep|xam nhap|tan cong|"
        "log in from|logins of|login from|dang nhap tu|ip nigeria|nigeria|moldova|file la|php la|strange files|"
        "unknown admin|unknown user|unknown plugin|weird user|admin rights|wire instructions|windows r|"
        "verify you are human|suspicious|bi chiem|chiem quyen|danh cap|nhay sang trang|nhay qua trang|"
        "sang trang la|redirects to|goes to some|takes me to|lua dao phia truoc|deceptive|defaced|spam pages|"
        "strange pages|cheap sneakers|nhap otp|bat nhap|gia giam doc|doc tron|mat khau bi doi|"
        "password does not work|chuyen tiep thu|auto forward|rule"
    ),
    "default_page": (
        "it works|index of|welcome to nginx|apache|parked|for sale|trang cua ben ban ten mien|directory listing|"
        "default page|cgi bin|khong con gi|mat sach|trang trang|trang xoa|trang tinh|trang bong|trang bach|"
        "trang boc"
    ),
    "both_ways": (
        "gui khong di|khong gui duoc|gui cung khong|khong nhan duoc|nhan cung khong|deu bi tra lai|doi nguoc|"
        "not a single|khong la nao|khong thu nao|khong co thu nao|no letters|no mail|nobody can send|nobody in|"
        "none of us|cannot connect|im ru|im re|khong co la nao|tat ca deu|ai cung vay|ai cung bao|everyone in|"
        "all of our|all ten|all staff"
    ),
    "expires_now": (
        "toi nay|dem nay|hom nay het han|het han hom nay|mai het han|mai la het han|ngay mai het han|today 00|"
        "expires today|expires tomorrow|expires tonight|in 0 days|expire today|is tomorrow|hom nay la ngay cuoi|"
        "het han hom qua|het han hom kia|expired yesterday|da het han|final notice|redemption|clienthold|"
        "serverhold|pendingdelete"
    ),
    "domain": (
        "ten mien|domain|domains|dns|nameserver|name server|name servers|nameservers|whois|ban ghi|ban ghi dns|"
        "a record|record|records|cname|txt|mx|spf|dkim|dmarc|ttl|epp|auth code|authcode|registrar|nha dang ky|"
        "nha dang ki|registry|clienthold|serverhold|vnnic|icann|subdomain|ten mien phu|tro ve|tro ten mien|"
        "tro sang|propagate|propagation|nxdomain|dns probe finished nxdomain|parked|parking|inet|mat bao|"
        "pa viet nam|godaddy|namecheap|tenten|p a"
    ),
    "dns_record": (
        "txt|cname|mx|spf|dkim|dmarc|ban ghi|a record|record|records|ttl|txt record|verification|xac minh|"
        "xac thuc|dns record"
    ),
    "expiry": (
        "het han|gia han|sap het han|qua han|den han|expire|expires|expired|expiring|expiry|expiration|renew|"
        "renewal|renewed|toi han|han su dung|con han|dao han|auto renew|duy tri|lapsed|lapse"
    ),
    "transfer": (
        "transfer|transferred|chuyen ten mien|chuyen nha dang ky|chuyen nha cung cap|ma chuyen|ma epp|epp|"
        "auth code|authcode|auth info|chuyen ve|doi nha dang ky|move the domain"
    ),
    # training
    "training": (
        "dao tao|tap huan|huong dan|train|training|trained|buoi hoc|khoa hoc|lop|day|chi lai|chi viec|"
        "walkthrough|walk|session|course|lesson|lessons|hoc|workshop|onboard|onboarding|teach|hoc cach|"
        "buoi huong dan|chi cach|buoi|cam tay|day lai|bai ban|introduction|intro|formation|kem|kem cap|learn"
    ),
    "staff_change": (
        "takes her place|takes his place|take the place|takes the place|instead of|replacement|moi thay|len thay|"
        "vao thay|lam thay|coi thay|thay han|thay cho|thay no|giao cho|giao lai|lan dau|last day|last week|"
        "holding the fort|luan chuyen|moi tuyen|vua tuyen|tuyen them|di nhat|di linh|xuat khau lao dong|"
        "nghi viec|nghi roi|da nghi|vua nghi|moi nghi|nguoi moi|nhan vien moi|nhan su moi|ban moi|em moi|"
        "thay the|ban giao|tiep quan|tiep nhan|left us|has left|left the company|left last|left in|left at|"
        "resigned|resign|new hire|successor|replaces|replacing|replaced|takes over|took over|taking over|"
        "take over|handover|hand over|maternity|maternity leave|nghi sinh|nghi de|thai san|nghi thai san|"
        "chuyen cong tac|moi vao|moi nhan|moi nhan viec|ve huu|nghi huu|retired|retiring|retires|new colleague|"
        "new assistant|new intern|new employee|new staff|new person|new marketing|new content|new editor|"
        "new admin|new girl|new guy|new team member|joined|joins|just joined|thuc tap|thuc tap sinh|intern|"
        "nguoi cu|nhan vien cu|ban cu|predecessor|previous|thay ban|thay chi|thay anh|thay em|thay nguoi|"
        "phu trach moi|moi phu trach|nhan vien phu trach|di lam cho khac|chuyen sang|lay chong|di du hoc|"
        "chuyen cho|nguoi phu trach|nghi han|nghi luon|doi nguoi|len chuc|nhay viec|in charge|is leaving|leaves|"
        "leaving us|quit|quits|gone|parental leave|nouveau|nouvelle"
    ),
    "advanced": (
        "seo|analytics|ga4|google analytics|search console|gtm|tag manager|html|css|php|javascript|sql|"
        "quan tri nang cao|nang cao|chuyen sau|advanced|quan tri server|quan tri may chu|server administration|"
        "ssh|linux|backup va|bao mat|phan quyen|looker|looker studio|data studio|lap trinh|code|coding|schema|"
        "redis|docker|database|staging|git|deploy|theme|child theme"
    ),
    "advanced_topic": (
        "seo|analytics|google analytics|ga4|gtm|tag manager|search console|quang cao|ads|html|css|server|may chu|"
        "looker|looker studio|tiktok|code|lap trinh|quan tri nang cao|bao mat|phan tich"
    ),
    # information and programmes
    "lists": (
        "danh sach|tai lieu|bai giang|video bai giang|list|lists|forum|forums|dien dan|san thuong mai|san tmdt|"
        "san|marketplace|marketplaces|marketplace list|social network|social networks|mang xa hoi|group|groups|"
        "hoi nhom|nhom|slides|slide|ebook|e book|lecture|lectures|resources|resource|tai nguyen|trang tai nguyen|"
        "handout|cam nang|muc tai nguyen|directory|directories|webinar|videos|video|bai hoc|tai ve|download|"
        "rao vat|trang rao vat|cheat sheet|checklist|pdf|overview|giao trinh|shopee|lazada|tiki|alibaba|amazon|"
        "etsy"
    ),
    "programme": (
        "chuong trinh|newsletter|ban tin|dang ky|dang ki|dk|tri an|uu dai|register|sign up|sign us up|signup|"
        "programme|program|suat|khach hang than thiet|than thiet|loyal|loyal customers|enroll|enrol|thong bao|"
        "tham gia|cho con|free check|kham web|soi web|tu van nang cap|announced|announcement|news|muc tin tuc|"
        "tin tuc|offer|campaign you|ghi danh|ghi ten|free audit|free advice|spot|spots|seat"
    ),
    "free_word": (
        "mien phi|free|khong mat phi|khong tinh phi|khong mat tien|free of charge|0 dong|khoi tra tien|"
        "complimentary|no charge|gratis"
    ),
    # paid work
    "feature": (
        "tinh nang|chuc nang|feature|function|functions|functionality|module|plugin|tich hop|integrate|"
        "integration|integrated|thanh toan online|thanh toan truc tuyen|vnpay|momo|zalopay|paypal|stripe|"
        "cong thanh toan|payment gateway|online payment|pay online|gio hang|thanh vien|khu vuc thanh vien|member|"
        "members|member area|membership|dat lich|dat ban|dat phong|dat cho|booking|booking system|chatbot|app|"
        "mobile app|ung dung|api|bo loc|loc|filter|dang nhap|login|tich diem|diem thuong|loyalty points|dong bo|"
        "sync|crm|erp|misa|kiotviet|sapo|haravan|ghn|ghtk|sms|otp|zns|tu dong|automatic|automatically|so sanh|"
        "compare|calculator|tinh gia|bang tinh|portal|cong thong tin|da ngon ngu|multilingual|ngon ngu|wishlist|"
        "voucher|ma giam gia|flash sale|tra cuu|quiz|thi thu|diem danh|livestream|ban do|map|push|notification|"
        "tai khoan khach|khach tu|customers can|visitors can|users can|khach co the|cho khach|let customers|"
        "where customers|let people|qr|ma qr|barcode|dashboard|bao cao tu dong|dau gia|auction|subscription|3d|"
        "ar|vr|ai"
    ),
    "build_verb": (
        "lam them|xay dung|xay|viet them|phat trien|build|building|develop|implement|create|tao them|them phan|"
        "co them|lap trinh|muon co|would like to have|we want|we would like|muon lam|can lam|lam cho|"
        "lam duoc khong|ben minh co lam|dung them|dung|bo sung chuc nang|them chuc nang|them tinh nang|"
        "lam mot cai|lam cai|is it possible|possible to|can you build|can you make|gan them"
    ),
    "design": (
        "thiet ke|thiet ke lai|thiet ke moi|design|designs|redesign|designer|logo|banner|banners|bo banner|"
        "poster|landing|landing page|giao dien|giao dien moi|bo cuc|layout|layouts|ve|ve lai|ve giup|concept|"
        "mockup|mock up|figma|lot xac|thay ao|ao moi|brochure|catalogue|catalog|icon|icons|illustration|"
        "illustrated|minh hoa|bo nhan dien|nhan dien|brand|branding|rebrand|look|modern|hien dai|new look|"
        "lam moi|fresh|outdated|loi thoi|cu ky|qua cu|que|sang trong|sang hon|dep hon|phong cach|font|mau sac|"
        "color|colour|palette|animation|slide|visual|graphic|graphics|artwork|infographic|thiep|backdrop|"
        "card visit|name card|template|theme|tet|giang sinh|noel|christmas|hoa dao|hoa mai|phuong an|sketch|"
        "picture|trang tri|hieu ung"
    ),
    "marketing": (
        "seo|quang cao|chay quang cao|chay ads|ads|google ads|facebook ads|fanpage|fan page|chien dich|campaign|"
        "campaigns|agency|tiktok|viral|doanh so|doanh thu|top google|len top|tu khoa|keyword|keywords|kol|koc|"
        "strategy|chien luoc|ke hoach marketing|marketing plan|marketing|content|tu van|consult|consulting|"
        "consultant|tang don|tang khach|ban hang|leads|lead|traffic|rank|ranking|page one|page 1|trang 1|"
        "trang nhat|dich vu|service|services|goi|tron goi|package|cham soc fanpage|quan ly fanpage|thuong hieu|"
        "roas|conversion|ti le chuyen doi|remarketing|social media|influencer|influencers|pr|truyen thong|"
        "tiep thi|khach it|vang khach|e khach|e am|quang ba|promote|promotion|advertising|advertise|adwords|"
        "retainer"
    ),
    "price": (
        "bao gia|chi phi|gia bao nhieu|bao nhieu tien|bao nhieu|how much|quote|quotation|cost|costs|price|"
        "pricing|ngan sach|budget|phi|bang gia|tien nong|tien bac|het nhieu|estimate|offer|ballpark|charge|fee|"
        "fees|rate|rates|tinh tien|tra tien|tra phi|co phi|cong xa|du toan|gia ca|gui gia|ton|ton kem|proposal"
    ),
    # contract
    "others": (
        "ben khac|cong ty khac|don vi khac|nguoi khac lam|ben thu ba|another agency|other agency|another company|"
        "other company|another provider|freelancer|ban be lam|tu lam|tu build|wix|shopify|squarespace|haravan|"
        "wordpress com|khong do vinno|khong phai ben|khong phai vinno|not built by you|not made by you|built by|"
        "made by|khong phai cua vinno|ben ngoai|ngoai hop dong|outside|ben dang|dang o ben|hosted elsewhere|"
        "elsewhere|cua ben|our other|web khac|trang khac|another website|other website|second site|"
        "website thu hai|may tinh|laptop|may in|wifi|router|camera|phan mem|nha mang|viettel|vnpt|fpt|"
        "google workspace|zalo oa|misa amis"
    ),
    "contract_over": (
        "het hop dong|hop dong het|het han hop dong|cham dut hop dong|thanh ly|thanh ly hop dong|contract ended|"
        "contract expired|contract has ended|contract ran out|khong con la khach|khong con hop dong|"
        "khong gia han hop dong|ngung hop dong|former|former client|former customer|cuu khach hang|tung la khach|"
        "used to be|khong ky tiep|we left|no longer|khong phai khach|chua la khach|not a customer|"
        "not your customer|not a client|not your client|no contract|khong co hop dong|chua co hop dong|"
        "contract is over|contract|hop dong"
    ),
    # history
    "again": (
        "lai bi|bi lai|nua roi|again|lan nua|lai nua|tai phat|tai dien|y het|y nhu|y chang|nhu cu|nhu truoc|"
        "nhu lan truoc|nhu bua truoc|lan 2|lan hai|lan thu hai|lan thu|same problem|same issue|same error|"
        "same thing|same fault|came back|come back|comes back|is back|returned|relapse|lai khong|lai loi|lai mat|"
        "lai hong|lai sai|lai chap|lai dung|lai nhu|lai the|lai vay|once more|yet again|still|van bi|van loi|"
        "van con|van nhu|second time|third time|lai hien|lai ra|lai nhay|lai sap|lai tro|lai bao|lai day|tro lai|"
        "quay lai|cung loi|loi cu|benh cu|dau lai vao day|dau vao day|lai xuat hien|lai thanh"
    ),
    "fixed_before": (
        "da sua|sua roi|sua xong|vua sua|sua giup|sua cho|ben em sua|ben anh sua|bua truoc|hom truoc|lan truoc|"
        "hoi thang|dot truoc|ki truoc|thang truoc|tuan truoc|you fixed|you repaired|fixed it|fixed this|fixed|"
        "repaired|was fixed|was repaired|had fixed|corrected|solved|resolved|mended|you corrected|xu ly|da xu ly|"
        "xu ly roi|khac phuc|da khac phuc|khac phuc xong|chua roi|da chua|chinh roi|da chinh|moi chinh|vua chinh|"
        "moi sua|last time|last month|last week|last year|hom no|bua no|bua hom|dot no|bua kia|hoi he|hoi tet|"
        "nam ngoai|truoc day|truoc do|back in|your colleague|your fix|your repair|lam lai|lam roi|go roi|da go|"
        "do ben em|do ben anh|ticket|vn 0|ma yeu cau|khoi roi|het roi|nho sua|you changed|you installed|you did|"
        "you set"
    ),
    "broke_after": (
        "sau khi|tu khi|tu luc|tu hom|tu bua|ke tu|since you|since your|since the|after you|after your|after the|"
        "sau dot|sau lan|ever since|tu dot|chinh xong|sua xong thi|xong thi|xong thanh ra|doi xong"
    ),
    "warranty_word": ("bao hanh|warranty|guarantee"),
    # running the site
    "change_verb": (
        "sua|doi|thay|xoa|them|cap nhat|dang|chinh|go|go bo|update|change|replace|remove|add|delete|put|swap|"
        "edit|upload|dua len|up len|an|bo|chen|gan|gan vao|chinh lai|chinh sua|doi ten|thay doi|bo sung|nhap|"
        "dien|hide|take down|take off|move|dich|correct|rename|insert|post|publish|thay anh|thay hinh|sua chu|"
        "doi chu|sua lai|doi lai"
    ),
    "site_part": (
        "trang chu|homepage|home page|menu|footer|header|chan trang|dau trang|bai viet|bai|san pham|product|"
        "products|anh|hinh|hinh anh|photo|photos|picture|pictures|image|images|banner|slider|nut|button|form|"
        "bieu mau|popup|pop up|hotline|so dien thoai|dia chi|gio mo cua|opening hours|ban do|bang gia|gia|price|"
        "muc|chuyen muc|danh muc|category|page|trang|link|lien ket|logo|icon|video|text|chu|dong|cot|tieu de|"
        "title|noi dung|content|tin|news|article|articles|file|pdf|brochure|phone number|address|typo|chinh ta|"
        "gioi thieu|lien he|contact|about"
    ),
    "admin_part": (
        "quan tri|trang quan tri|admin|backend|dang nhap|login|mat khau|tai khoan|user|account|log in|quyen|"
        "phan quyen|cms|dashboard|wp admin"
    ),
    "broken_part": (
        "khong hien|khong hien thi|khong bam duoc|bam khong duoc|bam khong|khong an|khong gui|khong luu|"
        "khong luu duoc|luu khong|loi|bi loi|hu|hong|vo|vo hinh|lech|bi lech|mat|bi mat|bien mat|nhay|sai|bi sai|"
        "broken|does not work|not working|doesn t work|not show|not showing|missing|disappeared|wrong|overlap|"
        "overlaps|bug|error|stuck|does nothing|nothing happens|khong chay|khong hoat dong|khong thay|"
        "khong cap nhat|khong doi|chong len|tran|bi cat|khong ra|khong nhan|khong xem duoc|404|not found|"
        "khong tim thay|khong len|khong tai duoc|gia 0d|trung|bi trung|nhan doi|dung|ket|tat"
    ),
    "howto": (
        "lam sao|lam the nao|the nao|cach nao|nhu the nao|cach|lam cach nao|how do i|how do we|how to|how can|"
        "where can|where do|o dau|cho nao|chi minh|chi em|chi toi|chi chi|chi giup|chi cho|huong dan giup|"
        "cho hoi|hoi cach|duoc khong|co duoc khong|what is|cach nhanh|chi dum|khong biet cach"
    ),
    "snippet": (
        "ma nhung|script|pixel|tracking|tracking code|gtm|google tag|doan ma|dan ma|dan|paste|ma code|doan code|"
        "snippet|code nay|chat widget|widget|embed|verification code|meta tag|the meta|ma theo doi|ma xac minh|"
        "facebook pixel|tawk|zalo chat|head"
    ),
    "supplied": (
        "dinh kem|gui kem|kem file|kem theo|attached|attachment|file|tep|san|co san|ready|da co|theo file|"
        "theo mau|theo danh sach|excel|word|drive|google drive|link drive|wetransfer|supplied|enclosed|"
        "as follows|nhu sau|duoi day|below|anh moi|hinh moi|trong mail|gui san"
    ),
    "make_text": (
        "viet giup|viet bai|soan|soan giup|dich|dich giup|translate|translation|write|viet lai|bien tap|go lai|"
        "danh may|nhap lieu|chup|bien soan|write for us|copywriting|type"
    ),
    "bulk": (
        "toan bo|tat ca|hang loat|tung|tung bai|tung trang|tung san pham|het|all|every|each|entire|whole|"
        "mot loat|hang tram|hundreds|tram|ca tram|ngan|nghin|catalogue|danh muc moi|tung cai|tung mon|one by one|"
        "moi trang|moi bai|moi san pham|dozens|muoi|may chuc|vai tram|hang chuc|mot mo"
    ),
    "small": (
        "mot chut|chut xiu|mot ti|xiu|nho|viec nho|small|tiny|little|quick|just|only|chi|mot dong|mot chu|1 chu|"
        "1 dong|mot cho|minor|simple|don gian|nhanh|nhe|tiny thing"
    ),
    "maintenance": (
        "nang cap|upgrade|php|wordpress|core|pagespeed|page speed|lighthouse|core web vitals|lcp|pentest|"
        "pen test|penetration|bao tri|toi uu|toi uu toc do|optimize|optimise|optimization|phien ban|version|"
        "vulnerability|vulnerabilities|lo hong|security audit|findings|wcag|accessibility|gdpr|owasp|hardening|"
        "patch|cap nhat phien ban|migrate|migration|don dep|clean up|ra soat|audit|kiem tra tong the|"
        "bao cao kiem thu"
    ),
    "restore": (
        "lo tay|lo xoa|xoa nham|nham|bam nham|deleted|accidentally|by mistake|by accident|khoi phuc|phuc hoi|"
        "restore|lay lai|cuu|keo lai|ban cu|ban luu|bring back|mat het|mat sach|emptied|undo|lo|dai dot|"
        "tay nhanh|overwrote|ghi de|de len"
    ),
    # not a request
    "thanks": (
        "cam on|camon|thanks|thank you|thank|many thanks|da nhan|nhan duoc roi|ok roi|duoc roi|tuyet voi|"
        "great job|well done|perfect|appreciate|ngon lanh|on roi|chay tot|chay ngon|hai long|khen|da xong|"
        "confirm|xac nhan|got it|noted|received"
    ),
    "greeting": (
        "chuc mung|nam moi|chuc|chuc tet|happy new year|merry christmas|season s greetings|an khang|thinh vuong|"
        "van su|sinh nhat|congratulations|best wishes|happy"
    ),
    "pitch": (
        "hop tac|doi tac|kinh gui quy|quy doanh nghiep|quy cong ty|gioi thieu dich vu|chung toi chuyen|"
        "ben em chuyen|ben minh chuyen|we offer|we are a|manufacturer|factory|giam gia|khuyen mai|uu dai chi|"
        "guest post|backlink|backlinks|cv|ung tuyen|ung vien|apply|application|resume|position|tuyen dung|sale|"
        "supplier|nha cung cap|lead generation|increase your|your website|we noticed|i came across|partnership|"
        "collaboration|cooperation|moq|catalog|whatsapp|vay von|bao hiem|can ho|dau tu|du an|loan|investment|"
        "crypto|bitcoin|trung thuong|unsubscribe|guaranteed|da nang|hoi thao|khoa hoc|bounty|moi anh chi|moi quy|"
        "tang ngay"
    ),
    "auto": (
        "automatic reply|out of office|tu dong tra loi|thu tra loi tu dong|khong tra loi mail nay|do not reply|"
        "noreply|no reply|auto reply|vang mat|away until|on leave until|khong can phan hoi|khong can tra loi|"
        "no reply needed|no action|no need to reply|no need to answer|khoi tra loi|khong can lam gi|"
        "nothing to do|fyi|khoi can|khong can nua|bo qua|ignore|disregard|never mind|nevermind"
    ),
    # a person answers
    "invoice": (
        "hoa don|hoa don vat|vat|cong no|invoice|invoices|e invoice|receipt|bien lai|bien ban|hop dong|phu luc|"
        "phu luc hop dong|contract|nghiem thu|phieu thu|ma so thue|tax code|thanh toan|chuyen khoan|payment|paid|"
        "debt|ke toan|accounting|accountant|billing|bill|purchase order|po|de nghi thanh toan|xuat hoa don|"
        "thanh ly|tien coc|hoan tien|refund|nhac no|doi no|overdue|uy nhiem chi|double charged|charged twice|"
        "dong dau|ky|sign"
    ),
    "fraud": (
        "so tai khoan|tai khoan ngan hang|stk|tai khoan moi|tai khoan nhan tien|bank account|bank details|"
        "new account|account number|chu tai khoan|doi tai khoan|iban|swift|beneficiary|remit|vietcombank|"
        "techcombank|bidv|vietinbank|mb bank|acb|sacombank|agribank|nguoi lien he|lien he moi|contact person|"
        "chu so huu|chu the|doi chu|registrant|owner|ownership|sang ten|chuyen quyen|chuyen chu|"
        "authorised contact|authorized contact|billing contact|nguoi dai dien|payment details|admin contact|"
        "quyen so huu"
    ),
    "complaint": (
        "khieu nai|that vong|khong hai long|boi thuong|complain|complaint|disappointed|unacceptable|qua te|"
        "te qua|lam an|vo trach nhiem|buc xuc|buc minh|khong chuyen nghiep|unprofessional|luat su|lawyer|legal|"
        "kien|cham dut|terrible|ashamed|tac trach|coi thuong|khinh khach|hua|hen mai|noi voi giam doc|"
        "gap giam doc|gap sep|manager|escalate|compensation|den bu|den tien|thai do|bo be|dem con bo cho|"
        "khong ai tra loi|goi khong ai|tra loi qua loa"
    ),
    "suspended": (
        "tam ngung|tam khoa|tam dung|bi khoa|bi cat|cat dich vu|suspended|suspension|account suspended|"
        "ngung dich vu|khoa dich vu|khoa web|mo lai|mo khoa|unpaid|chua dong tien|khong dong tien|no phi|"
        "nop tien|dong tien|da dong tien|cut off|switched off|non payment|reactivate|unsuspend|dong phi|dong cuoc"
    ),
    # time and weight; words of haste are left out on purpose: anger is no measure of urgency
    "today": (
        "hom nay|today|toi nay|tonight|chieu nay|trua nay|sang nay phai|trong ngay|truoc 00h|truoc 0h|"
        "truoc 00 gio|trong hom nay|this afternoon|this morning|this evening|by noon|by 0pm|eod|end of day|"
        "trong buoi|lat nua|mot tieng nua|ngay bay gio|within the hour|in an hour|in 0 hours|ngay trong|chut nua|"
        "truoc gio|dem nay|noi trong ngay|before lunch|before noon|close of business"
    ),
    "tomorrow": (
        "ngay mai|sang mai|mai|trua mai|chieu mai|toi mai|tomorrow|tomorrow morning|mai la|by tomorrow|"
        "mai khai truong|sang thu|by monday|mot"
    ),
    "later": (
        "khong gap|khong voi|khi nao ranh|luc nao ranh|ranh thi|no rush|no hurry|not urgent|whenever|"
        "when you have time|thong tha|tu tu|khong can gap|bao gio cung duoc|luc nao cung duoc|sau nay|nam sau|"
        "sang nam|qua tet|next year|in the future|someday|sometime|one day|chua can|cuoi nam|quy sau|thang sau|"
        "next month|next quarter|when convenient|take your time|khong hoi|khong thuc|at your leisure|dang tinh|"
        "dang nghi|tham khao|hoi cho biet|hoi truoc|to mo|curious|just asking|just wondering|wondering|idea|"
        "y tuong|thinking"
    ),
    "everyone": (
        "ca cong ty|ca van phong|ca phong|ca xuong|ca truong|toan cong ty|toan bo mail|toan bo nhan vien|"
        "all staff|nobody|no one|everyone|everybody|tat ca mail|tat ca nhan vien|khong ai|ai cung|moi nguoi deu|"
        "all mail|all emails|all of us|whole office|whole company|all mailboxes|all accounts|ca hai|the whole|"
        "entire|ca nha|ca doi|ca dam|any mail|no mail|khong mot|khong la thu|nao cung|deu khong|cung khong|"
        "cung vay|cung the|may nao cung|dien thoai lan|lan dien thoai|from anywhere|any device|every device|4g|"
        "3g|ca nuoc|toan he thong|all pages|moi trang|tat ca cac trang|ca trang|ca web"
    ),
    "single": (
        "mot minh|rieng|chi co|chi minh|moi minh|may minh|may em|only me|only my|one person|one of our|just me|"
        "moi co|mot nguoi|mot khach|1 khach|one customer|one client|one mailbox|hop thu cua|mail cua|vai nguoi|"
        "some|some people|mot so|sometimes|thinh thoang|luc duoc luc khong|doi khi|lau lau|co luc|occasionally|"
        "intermittent|chap chon|only on|van nhan duoc|van binh thuong|van vao duoc|works fine|still works|"
        "others work|may khac|nguoi khac"
    ),
    "losing": (
        "mat don|mat khach|mat tien|don hang|lost orders|losing|lose|orders|order|checkout|khong dat duoc|"
        "khong thanh toan duoc|khach bo|khach khong|thanh toan loi|tru tien|bi tru tien|charged|khong mua duoc|"
        "khong dat hang|dat hang|dat phong khong|booking fails|revenue|sales|doanh thu|chay quang cao|dang chay|"
        "flash sale|customers are|khach goi|khach la|khach phan nan|customers complain|customers cannot|"
        "tien quang cao|ban duoc|gio hang"
    ),
    "event": (
        "khai truong|hoi nghi|hop bao|su kien|press|conference|launch|ra mat|opening|webinar|expo|trien lam|"
        "hoi cho|dau thau|thau|tender|thi|khai giang|le|cuoi|demo|thuyet trinh|presentation|inspection|kiem tra|"
        "thanh tra|nop ho so|deadline|cutoff"
    ),
    "second_ask": (
        "ngoai ra|nhan tien|tien the|tien day|luon tien|sau nua|them nua|con nua|also|btw|by the way|"
        "another thing|one more|secondly|second|thu hai|viec thu hai|viec nua|p s|ps|tb|additionally|in addition|"
        "besides|con viec|viec khac|chuyen khac|a con|a ma|mot viec nua|hai viec|2 viec|ba viec|3 viec|may viec|"
        "two things|three things|dong thoi|cung luc|va con|plus|luon the|them viec|tien tay|san day|"
        "on another note|while you"
    ),
    "nothing_broken": (
        "khong loi gi|chua loi gi|khong co loi|khong hu gi|binh thuong|van on|van chay|nothing is broken|"
        "nothing broken|works fine|no fault|no problem|khong sao|chua hong|dang chay tot|khong bi gi|"
        "khong truc trac|runs fine|working fine|all fine"
    ),
    "idea_word": (
        "y tuong|sap toi|dinh|tinh|du dinh|muon|idea|plan|planning|consider|considering|thinking|thinking of|"
        "nghi toi|uoc gi|gia nhu|would be nice|could be nice|nice to have|mong"
    ),
    "self_done": (
        "em lam|minh lam|toi lam|em tu|minh tu|toi tu|i did|we did|our it|my nephew|chau toi|thang em|con trai|"
        "con gai|tu sua|tu cai|ben it|i changed|i deleted|we changed|we updated|i updated|i installed|em doi|"
        "em bam|toi bam|do em|tai em|loi tai em|loi cua em|my fault|our fault|my mistake"
    ),
    "mobile_view": (
        "dien thoai|tren dien thoai|mobile|phone|iphone|android|safari|ipad|tablet|chrome|man hinh|trinh duyet|"
        "browser|responsive"
    ),
    "policy_talk": (
        "theo chinh sach|chinh sach|policy|duoi 1 gio|duoi mot gio|duoi 1 tieng|duoi mot tieng|under one hour|"
        "under an hour|less than an hour|one working hour|1 gio|mot gio|mot tieng|nua tieng|5 phut|may phut|"
        "vai phut|minutes|an hour"
    ),
    "question": (
        "khong a|khong em|khong anh|khong chi|khong ban|duoc khong|phai khong|co khong|dung khong|vay a|do a|"
        "khi nao|bao gio|may gio|when|why|tai sao|sao vay|which|who|is it|are there|do you|does it|can i|may i"
    ),
    "new_account": (
        "tao mail|mail moi|them mail|tao them mail|lap mail|mo mail|new mailbox|new mailboxes|new email|"
        "new address|hop thu moi|tao hop thu|tao them hop thu|them hop thu|create mailbox|create an|"
        "create a mailbox|tao cho|tao giup|cap mail|cap them|set up a mailbox|dia chi moi|tao tai khoan|tao user|"
        "forwarding|chuyen tiep|xoa mail|xoa hop thu|close the mailbox|doi mat khau|reset"
    ),
    "ours": (
        "trang cua|website cua|web cua|web ben|trang ben|web minh|web em|web toi|our website|our site|our web|"
        "my website|my site|the website|trang web|website|trang nha|site"
    ),
}


def _normal(words: list[str]) -> list[str]:
    return " ".join(_SHORT_FORMS.get(word, word) for word in words).split()


def _table() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for fact, phrases in _PHRASES.items():
        for phrase in phrases.split("|"):
            key = " ".join(_normal(phrase.split()))
            table[key] = tuple(dict.fromkeys((*table.get(key, ()), fact)))
    return table


_TABLE = _table()


def _reach() -> dict[str, int]:
    """For each word that begins a phrase, the length of the longest one, in words."""
    reach: dict[str, int] = {}
    for phrase in _TABLE:
        words = phrase.split()
        reach[words[0]] = max(reach.get(words[0], 0), len(words))
    return reach


_REACH = _reach()
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")

_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "code_5xx": re.compile(
        r"(?<![\d.,])(?:50[0234]|52[0-7])(?![\d.,]*\d)|internal server error|bad gateway|service unavailable"
    ),
    "code_4xx": re.compile(r"(?<![\d.,])(?:40[0134]|429)(?![\d.,]*\d)|forbidden|not found"),
    "code_smtp": re.compile(
        r"(?<!\d)[45][25][0-9] ?[ -]?[45]\.\d\.\d|(?<!\d)5[57]\d(?!\d)|5\.\d\.\d{1,2}|4\.\d\.\d{1,2}"
    ),
    "code_browser": re.compile(r"err_\w+|dns_probe|net::|nxdomain|servfail"),
    "url": re.compile(r"https?://|www\.|\b[a-z0-9-]+\.(?:vn|com|net|org|edu|info|shop|store|asia)\b"),
    "money_amount": re.compile(r"\d ?(?:tr\b|trieu|k\b|vnd|usd|dong\b|d\b|ty\b|\$|eur|million)|\$ ?\d|[€£¥]"),
    "address": re.compile(r"[\w.-]+@(?:[\w-]+|\s|$)"),
    "clock": re.compile(r"\b\d{1,2} ?(?:h|g|gio|am|pm)\b|\b\d{1,2}[:h]\d{2}\b|noon|o'clock"),
    "date": re.compile(
        r"\b\d{1,2}[/-]\d{1,2}\b|\bngay \d|\bthang \d|january|february|march|april|june|july|august|september|"
        r"october|november|december"
    ),
    "weekday": re.compile(
        r"\bthu (?:2|3|4|5|6|7|hai|ba|tu|nam|sau|bay)\b|chu nhat|\bcn\b|monday|tuesday|wednesday|thursday|friday|"
        r"saturday|sunday"
    ),
    "list_marks": re.compile(r"(?:^|\s)[1-9][.)\-:]\s?\S.*(?:^|\s)[2-9][.)\-:]\s?\S|\s[-+*•]\s.*\s[-+*•]\s"),
    "within_days": re.compile(
        r"(?:within|in|sau|con|trong) (?:\d+|mot|hai|ba|two|three) (?:ngay|days?|hom|hours?|tieng|gio)"
    ),
    "percent": re.compile(r"\d ?%"),
    "reply": re.compile(r"^(?:re|fw|fwd|tr|aw) ?:"),
    "request_number": re.compile(r"\bvn-?\d{3,5}\b|ticket|#\d{3,}"),
    "attachment_word": re.compile(r"\.(?:pdf|docx?|xlsx?|png|jpe?g|zip|ai|psd|pptx?|csv)\b"),
    "quote_arrow": re.compile(r"->|=>|→"),
}
_COUNTED = re.compile(
    r"(?<![\d.,/:x#+-])(\d{1,3}(?:[.,]\d{3})?|\d{1,5}) ?(?:[^\W\d_]+ ){0,3}?(?:bai|trang|san pham|sp|hinh|anh|tam|"
    r"mon|muc|ma|link|file|pages?|products?|"
    r"articles?|posts?|photos?|pictures?|images?|items?|dishes|pdfs?|records?|texts?|cai|dong|ban|lines|entries|"
    r"listings|videos?|rooms|phong|tours?|"
    r"templates?|issues?|loi|banners?|bo|chuyen|du an|projects|cau|chu|nguoi|users?|mailbox(?:es)?|hop|tai khoan|"
    r"languages?|ngon ngu|thu tieng|plugins?|"
    r"versions?|urls?|recipes|profiles|courses|models?|hoi vien|members|don vi|van ban|tai lieu|documents?|files|"
    r"recettes|can|cuon|books?|loai|hang|nhan|"
    r"bac si|doctors|staff|nhan vien|portraits|events|boats|xe|cars|villas?|houses|rows|tables?|pieces|dia chi|"
    r"addresses|slides|chuong|tieu de|titles)\b"
)
_NUMBERS = re.compile(
    r"(?<![\d.,/:x#@+*-])(\d{1,2}[.,]\d{3}|\d{1,5})(?![\d.,:/%*@x-]|\w| ?(?:h|g|gio|am|pm|tr|trieu|k|vnd|usd|dong|d|"
    r"ty|px|mb|gb|phut|minutes?|nam|years?|thang|ngay|days?|tuoi|ky|kg|m2|m|km|tieng|hours?)\b)"
)
_BUCKETS = (
    (1, "1"),
    (3, "2_3"),
    (6, "4_6"),
    (12, "7_12"),
    (25, "13_25"),
    (50, "26_50"),
    (120, "51_120"),
    (10**9, "over_120"),
)
_LENGTHS = ((40, "tiny"), (120, "short"), (300, "middle"), (700, "long"), (10**9, "very_long"))


def _bucket(number: int, table: tuple[tuple[int, str], ...]) -> str:
    return next(name for limit, name in table if number <= limit)


def concepts(words: list[str]) -> Iterator[str]:
    """The named things, acts and troubles that runs of words stand for."""
    normal = _normal(words)
    for start, first in enumerate(normal):
        run = ""
        for word in normal[start : start + _REACH.get(first, 0)]:
            run = f"{run} {word}" if run else word
            yield from _TABLE.get(run, ())


def _counts(folded: str) -> Iterator[str]:
    for name, pattern in (("counted", _COUNTED), ("number", _NUMBERS)):
        numbers = [int(re.sub(r"\D", "", one)) for one in pattern.findall(folded)]
        largest = max((one for one in numbers if not 1900 <= one <= 2100), default=0)
        if largest:
            yield f"{name}_{_bucket(largest, _BUCKETS)}"


def facts_of(seen: Seen, flags: Iterable[str] | None = None) -> frozenset[str]:
    """All facts of a text, the flags among them (where they are known already, they need not be looked for again)."""
    words = _WORD.findall(seen.folded)
    found = set(concepts(words))
    found.update(name for name, pattern in _PATTERNS.items() if pattern.search(seen.folded))
    found.update(_counts(seen.folded))
    found.update(f"flag_{flag}" for flag in (flags_of(seen) if flags is None else flags))
    found.add(f"length_{_bucket(len(seen.folded), _LENGTHS)}")
    if "?" in seen.folded:
        found.add("question_mark")
    if is_all_mail_down(seen):
        found.add(ALL_MAIL)
    if is_foreign(seen):
        found.add("foreign_language")
    if not seen.has_accents:
        found.add("no_accents")
    return frozenset(found)
