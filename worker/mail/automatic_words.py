"""The wording of automatic mail, per language: absence notes, receipts, challenges, newsletters, notifications."""

from __future__ import annotations

# Subjects that a program writes; they stand at the beginning, a person's answer to one begins with "Re:".
REPLY_SUBJECTS = "|".join(
    (
        r"auto(?:matic)?[- ]?(?:reply|response|answer|acknowledg\w+)",
        r"auto(?:matic|mated)?(?: e?-?mail)? (?:reply|response|message|notif\w+)|autoreply|autorespon\w+|auto\s?:",
        r"out[- ]of[- ](?:the[- ])?office(?: auto-?reply| reply| notif\w+)?\s*(?::|$|\(|!|-)|ooo\s*:",
        r"(?:on )?vacation (?:alert|notice|reply|message|auto-?reply|response)|holiday (?:auto-?reply|response)",
        r"(?:on )?vacation\s*:|away from (?:my |the )?(?:mail|office|desk)",
        r"(?:thư |tin nhắn |email |mail )?(?:trả lời|phản hồi|hồi đáp) tự động",
        r"tự động (?:trả lời|phản hồi|hồi đáp)|thông báo (?:vắng mặt|nghỉ phép|đi vắng)",
        r"(?:thư |email )?tự động\s*[:\-]|vắng mặt\s*[:\-(]|(?:đang )?nghỉ phép\s*[:\-(]",
        r"không có mặt tại văn phòng|tra loi tu dong|tu dong tra loi",
        r"automatische (?:antwort|abwesenheits\w*|e-?mail|nachricht)",
        r"abwesenheits(?:notiz|nachricht|meldung|assistent)?|abwesend\s*:|außer haus|urlaub\s*:",
        r"réponse automatique|message automatique|absence du bureau|absence\s*:|absent\w* du bureau|en congé",
        r"respuesta autom[áa]tica|ausente|fuera de (?:la )?oficina|resposta autom[áa]tica|aus[êe]ncia",
        r"fora do escrit[óo]rio|risposta automatica|fuori (?:sede|ufficio)|assenza",
        r"automatisch(?:e)? (?:antwoord|beantwoord\w*)|afwezig\w*|automatiskt? (?:svar|meddelande)|autosvar",
        r"fraværsmelding|ikke til stede|frånvarande|frånvaro|automaattinen vastaus|poissa|automatyczna odpowiedź",
        r"nieobecność|autoodpowiedź|automatická odpověď|mimo kancelář|automatikus válasz|házon kívül",
        r"răspuns automat|otomatik yanıt|ofis dışında|автоответ|автоматический ответ|вне офиса",
        r"автоматична відповідь|αυτόματη απάντηση|自動(?:返信|応答|回答|回覆|回复)|不在(?:通知|のお知らせ)",
        r"自动(?:回复|答复)|外出时的自动答复|자동 ?(?:회신|응답|답장)|부재중|ตอบกลับอัตโนมัติ|balasan otomatis",
    )
)

RECEIPT_SUBJECTS = "|".join(
    (
        r"read\s?:|not read\s?:|read(?:ing)? (?:receipt|confirmation|notification)|return receipt",
        r"disposition notification|delivered\s?:|đã đọc\s?:|chưa đọc\s?:|không đọc\s?:",
        r"(?:xác nhận|báo) (?:đã )?đọc|gelesen\s?:|nicht gelesen\s?:|lesebestätigung|empfangsbestätigung|lu\s?:",
        r"non lu\s?:|accusé de (?:lecture|réception)|leído\s?:|no leído\s?:|confirmación de lectura|lida?\s?:",
        r"não lida\s?:|letto\s?:|conferma di lettura|gelezen\s?:|leesbevestiging|läst\s?:|læst\s?:|lest\s?:",
        r"luettu\s?:|przeczytane?\s?:|прочитано\s?:|уведомление о прочтении|開封(?:済み|確認)|已读|已讀|읽음",
    )
)

MEETING_SUBJECTS = (
    r"(?:accepted|declined|tentative(?:ly accepted)?|cancell?ed|new time proposed|đã chấp nhận|chấp nhận|đã từ chối|"
    r"từ chối|dự kiến|đã hủy|zugesagt|abgelehnt|akzeptiert|accepté|refusé|aceptad[oa]|rechazad[oa]|aceito|recusado|"
    r"accettato|geaccepteerd|accepterat|godtaget|принято|отклонено|承諾|辞退|已接受|수락)\s?:"
)

# ---- absence notes --------------------------------------------------------------------------------------------------

ABSENT = "|".join(
    (
        (
            r"\b(?:i am|i'm|i’m|i will be|i'll be|we are|i shall be|am|currently"
            r"|is)\b.{0,30}\b(?:out of (?:the )?office|out of town|on (?:my )?(?:annual |paid |sick "
            r"|maternity |paternity |business )?(?:leave|vacation|holiday|trip)|away from (?:my"
            r"|the) (?:office|desk|e?-?mail)|out on|travell?ing)"
        ),
        r"(?:our )?office (?:is|will be) closed|no longer (?:work|employed|with)|(?:has|have) left the company",
        r"be out of (?:the )?office",
        (
            r"(?:tôi|em|mình|anh|chị|chúng tôi|bên em|văn phòng)?\s?(?:hiện |hiện đang |đang |sẽ |xin phép "
            r"|hiện tại đang )?(?:nghỉ phép|nghỉ lễ|nghỉ tết|đi công tác|nghỉ thai sản|vắng mặt|đi vắng"
            r"|nghỉ mát|nghỉ ốm)"
        ),
        r"không có mặt (?:tại|ở) (?:văn phòng|công ty|cơ quan)",
        r"không (?:có |thể )?(?:kiểm tra|check|truy cập|xem) (?:được )?(?:email|mail|thư|hộp thư)|đã nghỉ việc",
        r"không còn (?:làm việc|công tác) tại|(?:toi|em|minh) (?:dang |hien dang )?(?:nghi phep|di cong tac)",
        r"nicht im büro",
        r"bin (?:ich )?(?:bis|vom|ab|im|in|nicht|derzeit).{0,40}(?:urlaub|büro|haus|abwesend|erreichbar)",
        r"außer haus|(?:je suis|suis|serai) .{0,30}(?:absent|congé|déplacement|vacances)",
        r"(?:estoy|estaré|estoy fuera|me encuentro) .{0,30}(?:oficina|vacaciones|ausente)|estarei ausente",
        r"estou de férias|sono (?:assente|in ferie|fuori)|sarò assente",
        r"ben ik (?:afwezig|niet aanwezig|met vakantie)|är (?:inte på kontoret|på semester)|er på ferie",
        r"ikke på kontoret|przebywam na urlopie|jestem nieobecn|я (?:нахожусь )?в отпуске|не буду в офисе|休暇",
        r"不在に|出張|休假|不在办公室|휴가",
    )
)
RETURNING = "|".join(
    (
        (
            r"\b(?:until|till|return(?:ing)?(?: to the office)? (?:on|by|to)|back (?:on|in|to|at)|be back"
            r"|from .{2,30} (?:to|until|till|through|-) |when i (?:return|get back)|upon my return"
            r"|on my return|as soon as (?:possible|i))\b"
        ),
        r"(?:đến|tới) (?:hết |ngày|thứ|chủ nhật|sáng|chiều|hết ngày)|từ (?:ngày|hôm|\d).{1,40}(?:đến|tới|-)",
        r"(?:quay|trở) (?:lại|về)|đi làm (?:lại|trở lại)|làm việc (?:lại|trở lại)|ngay khi (?:có thể|trở)",
        r"(?:khi|sau khi) (?:tôi |em |mình )?(?:về|quay|trở)|den \d|tro lai|quay lai",
        r"bis (?:zum|einschließlich|\d|montag|dienstag)|wieder (?:ab|im|da|erreichbar)|zurück|jusqu|retour|hasta",
        r"regres|vuelv|até|retorno|fino a|rientr|torner|tot (?:en met|\d)|terug|tillbaka|tilbage|wracam|do dnia",
        r"вернусь|до \d|まで|戻り|复귀|까지|回来",
    )
)
INSTEAD = "|".join(
    (
        r"(?:limited|no|intermittent|sporadic|restricted) (?:access|internet|connectivity)",
        (
            r"(?:please |kindly |you (?:can|may) )?(?:contact|call|reach|e-?mail|write to"
            r"|get in touch)\b.{0,60}(?:@|\d{3}|colleague|instead|urgent|immediate|assistance)"
        ),
        r"(?:in|for|if)\b.{0,20}\b(?:urgent|emergenc|immediate|urgency)",
        r"will (?:respond|reply|answer|get back|be answered|contact you)",
        r"(?:not|won't) be (?:checking|able to (?:check|respond|reply))|(?:is|will be) forwarded",
        r"not (?:be )?forwarded",
        r"(?:vui lòng|xin|hãy|mọi người|có thể|quý khách|anh/chị) .{0,30}(?:liên hệ|gọi|nhắn|gửi (?:email|thư|mail))",
        r"(?:việc |trường hợp |nếu )?(?:gấp|khẩn|cần gấp|cần hỗ trợ)",
        r"(?:sẽ|xin phép) (?:phản hồi|trả lời|hồi âm|liên hệ|liên lạc)|lien he|phan hoi|vertretung|dringende",
        r"wenden sie sich|nicht weitergeleitet|en cas d'urgence|contactez|veuillez|en caso de urgencia|contactar",
        r"em caso de urgência|contat|per urgenze|contattare|neem contact|dringend|kontakta|kontakt|w pilnych|срочн",
        r"обращай|緊急|連絡|紧急|请联系|연락",
    )
)
THANKING = "|".join(
    (
        (
            r"(?:thank you|thanks)(?: very much| so much)? for (?:your|the|contacting|writing|e-?mailing"
            r"|getting|reaching)"
        ),
        r"(?:have|'ve|has been) (?:successfully )?received your",
        r"your (?:e-?mail|message|request|enquiry|inquiry|mail) (?:has been|was) (?:successfully )?received",
        r"we (?:have )?received your",
        (
            r"(?:cảm ơn|cám ơn) (?:quý khách|anh/chị|anh chị|bạn|quý vị|quý công ty|anh|chị"
            r"|ông/bà)?\s?(?:đã |vì đã )?(?:gửi|liên hệ|liên lạc|email|viết|quan tâm|phản hồi)"
        ),
        r"đã nhận được (?:email|thư|mail|yêu cầu|tin nhắn)|cam on .{0,20}(?:da )?(?:gui|lien he)",
        r"(?:vielen |herzlichen )?dank für ihre|merci (?:pour|de) votre|gracias por (?:su|tu|contactar|escribir)",
        r"obrigad[oa] p(?:or|elo)|grazie per|bedankt voor|tack för|tak for|dziękuj|спасибо за|благодарим",
        r"ありがとうございます|感谢您|감사합니다",
    )
)
DECLARED = "|".join(
    (
        (
            r"(?:this is|is) an? (?:auto(?:matic|mated|matically)?[- ]?(?:generated)?)[- ]?(?:e?-?mail "
            r"|message |system )?(?:reply|response|message|e-?mail|notification|acknowledg\w+|answer)?"
        ),
        r"automatically (?:generated|sent)|auto-?generated|auto-?(?:reply|response|responder)",
        r"(?:please )?do not (?:reply|respond) to this",
        (
            r"(?:replies to this|this) (?:e-?mail|message|mailbox|address|inbox) (?:is|are) (?:not "
            r"|un)(?:monitored|attended|read)"
        ),
        r"sent from an unattended|unmonitored (?:mailbox|address)|notification-only",
        r"(?:trả lời|phản hồi|hồi đáp|gửi|tạo) (?:một cách )?tự động|tự động (?:trả lời|phản hồi|gửi|tạo)",
        r"(?:thư|email|tin nhắn|mail|thông báo) (?:này )?(?:là |được )?(?:thư |email |tin )?tự động",
        r"vui lòng không (?:trả lời|phản hồi|reply)|xin (?:vui lòng )?(?:đừng|không) (?:trả lời|phản hồi|reply)",
        r"tra loi tu dong|tu dong|khong tra loi|diese (?:e-?mail|nachricht) wurde automatisch",
        r"automatisch (?:erzeugt|generiert|erstellt)|antworten sie (?:bitte )?nicht|réponse automatique",
        r"message automatique|ne pas répondre|respuesta automática|no responda|mensagem automática|não responda",
        r"risposta automatica|non rispondere|automatisch gegenereerd|niet beantwoorden",
        r"wygenerowan\w* automatycznie|не отвечайте|автоматическ|自動(?:送信|配信|返信)|请勿回复|自动发送|자동으로",
    )
)
# What somebody wants of us; an absence that is mentioned beside it is no absence note.
WANTED = "|".join(
    (
        r"\?",
        (
            r"\b(?:fix|repair|error|quote|quotation|broken|invoice|estimate|could you|can you"
            r"|please (?:change|update|check|fix|send|add|remove|help|look))\b"
        ),
        r"nhờ|giúp (?:em|anh|chị|mình|tôi)|sửa|bị lỗi|báo giá|cập nhật|đổi (?:lại|ảnh|số|nội dung)",
        r"thêm (?:vào|giúp)|kiểm tra (?:giúp|lại)|được không",
    )
)

# ---- challenges -----------------------------------------------------------------------------------------------------

CHALLENGES = "|".join(
    (
        (
            r"(?:your|this|the) (?:e-?mail|message|mail)\b.{0,60}(?:(?:is|has been|was) (?:being )?(?:held"
            r"|quarantined|placed|waiting)|awaiting|pending|not (?:yet )?been delivered)"
        ),
        (
            r"(?:confirm|verify|prove|validate)\b.{0,40}(?:you are|that you|your (?:e-?mail|message|address"
            r"|identity|request)|human|real person|sender|not a (?:robot|spammer))"
        ),
        (
            r"(?:click|follow|visit|reply|respond)\b.{0,60}(?:to (?:verify|confirm|complete|release|deliver"
            r"|authenticate|prove)|so that your (?:message|mail))"
        ),
        r"challenge[/-]response|one[- ]time (?:verification|confirmation)|anti-?spam (?:system|service|filter)",
        r"spam ?arrest|boxbe|tmda|choicemail|sender (?:verification|confirmation|address verification)",
        r"approved senders?|white-?list|guest list|spam protection",
        r"xác (?:nhận|minh|thực) .{0,40}(?:người gửi|không phải|địa chỉ|thư)",
        r"thư (?:của bạn )?(?:đang )?(?:bị |được )?(?:giữ|tạm giữ)|chống thư rác|danh sách (?:trắng|người gửi)",
    )
)
CHALLENGE_SUBJECTS = "|".join(
    (
        r"please confirm (?:your|that)|confirm(?:ation)? (?:required|needed|of your|request)|verify (?:your|you)",
        r"(?:e-?mail|sender|message) (?:verification|confirmation|authentication)",
        r"your (?:message|e-?mail|mail) .{0,40}(?:confirm|verif|held|waiting|approval)",
        r"action required.{0,30}(?:verif|confirm)|(?:xác nhận|xác thực|xác minh) (?:thư|người gửi|email)|challenge",
        r"\[(?:qurb|boxbe|spamarrest)",
    )
)

# ---- newsletters ----------------------------------------------------------------------------------------------------

UNSUBSCRIBE = "|".join(
    (
        r"unsubscri|opt[- ]?out",
        (
            r"(?:manage|update|change|edit) (?:your )?(?:e-?mail |subscription |newsletter "
            r"|notification )?(?:preferences|subscription|settings)"
        ),
        r"(?:to|would like to|wish to) (?:stop|be removed|remove yourself|cancel)",
        r"remove(?:d)? (?:me|you|your (?:name|address|e-?mail)) from|mailing list|hủy (?:đăng ký|nhận)",
        r"huỷ (?:đăng ký|nhận)|ngừng nhận|không muốn (?:tiếp tục )?nhận|từ chối nhận|thôi nhận|dừng nhận",
        r"bỏ đăng ký|huy dang ky|abbestell|abmelden|austragen|désabonn|désinscri|darse de baja",
        r"cancelar (?:la )?suscripci|cancelar (?:a )?inscri|descadastr|disiscri|cancella|afmelden|uitschrijven",
        r"avregistrer|avsluta prenumer|frameld|afmeld|wypis|odhlás|отписа|відписа|配信停止|退订|退訂|수신거부",
    )
)
RECEIVING = "|".join(
    (
        r"you(?:'re| are)? (?:are )?(?:receiv(?:ing|ed)|getting) this",
        r"(?:this|the) (?:e-?mail|message|newsletter|mail|mailing) (?:was|is|has been) (?:being )?sent to",
        r"because you(?:'ve| have| are|r)?.{0,40}(?:subscri|regist|sign|opt|member|customer)",
        r"view (?:it |this |the )?(?:e-?mail |message |newsletter )?(?:in|on|online)|web version",
        r"trouble (?:viewing|reading)|add us to your address book",
        r"(?:bạn|quý khách|anh/chị) (?:đang )?nhận được (?:email|thư|bản tin)",
        r"(?:email|thư|bản tin) này (?:được )?gửi (?:đến|tới|cho)",
        r"xem (?:email|thư|bản tin|nội dung)?.{0,20}(?:trên|bằng) (?:trình duyệt|web)|đã đăng ký nhận",
        r"không (?:hiển thị|xem) được|sie erhalten (?:diese|diesen)|im browser|vous recevez|dans votre navigateur",
        r"recibe este|está recibiendo|en (?:su|el) navegador|você está recebendo|no (?:seu )?navegador",
        r"hai ricevuto|nel browser|u ontvangt|bekijk|du får|i webbläsare|otrzymuj|вы получили|browser",
    )
)
OFFERING = "|".join(
    (
        r"copyright|©|all rights reserved|newsletter|special offer|% off|discount|limited time|shop now|buy now",
        r"order now|read more|learn more|free shipping|subscribe|privacy policy|terms (?:of|and)|click here",
        r"download now|webinar|register now|bản tin|khuyến mãi|khuyến mại|ưu đãi|giảm giá|mua ngay|đặt hàng ngay",
        r"xem thêm|đăng ký ngay|chính sách bảo mật|bản quyền|xem chi tiết|nhấn (?:vào )?đây|tặng ngay|voucher",
        r"flash sale",
    )
)

# ---- notifications --------------------------------------------------------------------------------------------------

NOTIFYING = "|".join(
    (
        r"this is an? (?:automat|notification|system)|do not reply",
        (
            r"has been (?:shipped|dispatched|processed|received|confirmed|updated|assigned|changed|reset"
            r"|created|activated|suspended|closed|resolved)"
        ),
        (
            r"your (?:order|account|password|payment|invoice|subscription|ticket|booking|receipt|parcel"
            r"|backup|domain|statement)"
        ),
        r"(?:order|ticket|case|invoice|booking|tracking|transaction|reference)\s?(?:no\.?|number|id|#|:)",
        r"new (?:comment|login|sign-in|device|message|follower)|verification code|one-time|reset your password",
        r"view (?:ticket|issue|order|it on)|đơn hàng|mã (?:đơn|xác nhận|otp|giao dịch|vận đơn)|giao dịch",
        r"tài khoản (?:của )?(?:quý khách|bạn)|mật khẩu|thông báo (?:từ|về|tự động|đơn|giao)|hóa đơn điện tử",
        r"đặt lại|đã được (?:xác nhận|giao|gửi|tạo|cập nhật|thanh toán|xử lý)|đăng nhập",
    )
)
# Programs that name themselves.
CRON = "|".join(
    (
        r"cron <\S{1,60}@\S{1,60}>|cron daemon|anacron|logwatch for|\bcrontab\b|logcheck|rkhunter|chkrootkit",
        r"tripwire|(?:daily|weekly|monthly|security) run output|unattended-upgrades|apticron|smartd|fail2ban",
        r"lfd on|monit alert|\*\* ?(?:problem|recovery|flapping)|(?:host|service) alert:",
    )
)
# What people write as well: only from the address of a program.
MONITORS = "|".join(
    (
        r"backup|sao lưu|alert|warning|critical|problem|recovery|\bdown\b|\bup\b|nagios|zabbix|icinga|disk|uptime",
        r"report|\bcron\b|log|security|error|failed|thất bại|cảnh báo",
    )
)
