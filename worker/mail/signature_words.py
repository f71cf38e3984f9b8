"""The words under a mail that say nothing new, per language: closings, lines of phones, titles, contacts."""

from __future__ import annotations

DEVICES = "|".join(
    (
        r"i-?phone|i-?pad|i-?pod|android|samsung|galaxy|xiaomi|redmi|oppo|vivo|realme|huawei|honor|nokia|htc|lg|sony",
        r"xperia|blackberry|windows|mac(?:book)?|phone|smartphone|mobile?|móvil|handy|mobilgerät|mobiltelefon|mobilen?",
        r"mobil|cell|tablet|máy tính bảng|điện thoại|dien thoai|máy|thiết bị|device|gerät|teléfono|telefone|telefono",
        r"telefoon|téléphone|portable|puhelin\w*|outlook|yahoo|ymail|gmail|mailbox|airmail|sparrow|spark|zoho|zimbra",
        r"proton(?: ?mail)?|tutanota|thunderbird|hotmail|aquamail|blue ?mail|k-?9|mail|e-?mail|workspace|webmail",
        r"телефона?|смартфона?|手机|手機|휴대폰|スマートフォン|携帯",
    )
)

SENT_FROM = "|".join(
    (
        r"(?:this (?:e?-?mail|message) was )?sent (?:from|via|with|by|using|through|on)|from my",
        r"(?:thư |tin |email )?(?:này )?(?:đã |được |đã được )?gửi (?:từ|bằng|qua|trên)|da gui tu|gui tu",
        r"envoy[ée](?:e|és)? (?:de(?:puis)?|à partir d[e'’]|avec|via|du)|gesendet (?:mit|von|über|aus)",
        r"(?:diese (?:nachricht|e-mail) wurde )?(?:von|mit) mein|enviad[oa] (?:desde|do|da|de|com|con|via|por|pelo)",
        r"inviato (?:da|dal|con|tramite)|verz?on?den (?:vanaf|met|via|van|vanuit)|sendt (?:fra|via|med)",
        r"skickat (?:från|med|via)|lähetetty|wysłan[eo] (?:z|za)|odesláno (?:z|ze|pomocí)|отправлено (?:с|из|со)",
        r"надіслано (?:з|із)|trimis de pe|elküldve|gönderildi|στάλθηκε",
    )
)

GET_APP = (
    r"(?:get|download|try|tải(?: xuống)?|nhận|lấy|có|télécharge[zr]?|obtene[rz]|obtén|baixar|obter|ottieni|scarica|"
    r"hämta|hent|holen sie sich|laden sie|скачать|получить|pobierz|outlook (?:für|pour|para|per|voor|for))\b"
    r".{0,30}(?:outlook|blue ?mail|yahoo mail|spark|aqua ?mail|zoho mail|proton ?mail).{0,90}"
)

OTHER_DEVICE_LINES = "|".join(
    (
        r"(?:从我的|從我的|发自|發自|來自我的|寄自|나의|내|iphoneから|ipadから|androidから|スマートフォンから).{0,40}",
        r"\S{1,20}(?:から送信|에서 보냄|에서 전송)",
        r"(?:von meinem|vom|fra min|från min)\b.{1,40}\b(?:gesendet|sendt|skickat)\W*",
        r"diese nachricht wurde von meinem .{1,60} gesendet\W*",
        r"(?:virus-free\.?|không có vi-?rút\.?).{0,60}",
        r"(?:this e?-?mail has been (?:checked|scanned) (?:for|by)|email này đã được (?:quét|kiểm tra)).{0,120}",
        r"some(?:one|body) from (?:my )?(?:mobile|phone|iphone)\W*",
    )
)

CLOSINGS = "|".join(
    (
        r"(?:xin )?trân trọng(?: kính chào| cảm ơn| cám ơn)?|kính thư|kính chào|thân(?: ái| mến| chào)?|trân quý",
        r"chào trân trọng|tran trong|kinh thu|than ai|than men|xin chân thành cảm ơn|chúc .{1,40}",
        r"(?:with )?(?:best|kind|warm|warmest|kindest|many) (?:regards|wishes)|(?:b|br|kr|rgds|brgds|regards)",
        r"(?:thanks|thank you) (?:and|&) (?:best |kind )?(?:regards|rgds)|all the best|best|cheers|respectfully",
        r"yours(?: sincerely| faithfully| truly)?|sincerely(?: yours)?|cordially|bien (?:à vous|cordialement)",
        r"cordialement|(?:meilleures )?salutations.{0,20}|mfg|lg|vg|saludos(?: cordiales)?|atentamente",
        r"(?:mit )?(?:freundlichen?|besten?|vielen?|herzlichen?|lieben?)? ?(?:grüßen|grüße|gruß|gruss|grüssen?)",
        r"un saludo|atenciosamente|abraços|att|cordiali saluti|distinti saluti|saluti|mvg",
        r"met vriendelijke groet(?:en)?|(?:med )?(?:venlig|vänlig|vennlig)(?:a|e)? (?:hilsen|hälsning)(?:ar)?|mvh",
        r"hälsningar|ystävällisin terveisin|terveisin|z poważaniem|pozdrawiam|s pozdravem|с уважением|з повагою",
        r"敬具|よろしくお願いします|此致|敬上|감사합니다",
    )
)

THANKS = "|".join(
    (
        r"thanks(?: a lot| so much| in advance)?|thank you(?: so much| very much)?|many thanks|thx|tks|ty",
        r"(?:em |anh |chị |mình |tôi |xin )?(?:chân thành )?c[aáả]m [ơo]n(?: nhiều| em| anh| chị| bạn| ạ){0,4}",
        r"merci|danke|gracias|obrigad[oa]|grazie|bedankt|tak|tack|kiitos|dzięki|спасибо|дякую",
    )
)

CONTACT_LABELS = (
    r"tel|mobile|mob|cell|phone|fax|hotline|e-?mail|web(?:site)?|skype|zalo|viber|facebook|đt|đtdđ|sđt|"
    r"điện thoại|di động|địa chỉ|đ/c|add(?:ress)?|mst|văn phòng|trụ sở|vp|office"
)

ROLES_AND_COMPANIES = "|".join(
    (
        r"giám đốc|trưởng phòng|trưởng bộ phận|trưởng nhóm|kế toán(?: trưởng)?|nhân viên|chuyên viên|trợ lý|thư ký",
        r"phụ trách|bộ phận|phòng|chủ tịch|quản lý|kỹ thuật viên|kinh doanh|hành chính|marketing|công ty|cty|tnhh",
        r"cổ phần|jsc|co\.|ltd|inc|gmbh|llc|corp|group|manager|director|ceo|cto|cfo|founder|officer|engineer",
        r"assistant|coordinat\w+|department|dept|sales|accountant|head of|lead|purchasing|specialist|executive",
        r"developer|support team",
    )
)

# Short words that end a mail as its answer and could be taken for a name.
# fmt: off
NO_NAMES = frozenset(
    {
        "ok", "oke", "okay", "okie", "okla", "done", "xong", "yes", "no", "có", "không", "đồng", "duyệt", "approve",
        "approved", "agreed", "accept", "accepted", "confirm", "confirmed", "reject", "rejected", "urgent", "gấp",
        "khẩn", "cancel", "hủy", "huỷ", "thanks", "cảm", "cám", "thank", "please", "help", "rồi", "chốt", "test",
        "hi", "hello", "dear", "chào", "fixed", "still", "broken", "free", "paid", "miễn", "sure", "great",
        "perfect", "good", "nice", "tốt", "được", "kính", "gửi", "fyi", "asap", "update", "attached",
    }
)
# fmt: on
