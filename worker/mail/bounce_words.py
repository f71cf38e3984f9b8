"""The wording of delivery reports: who sends them, how they begin, where the returned mail starts, per family of MTAs."""

from __future__ import annotations

# A name or address that only a mail system has.
DAEMONS = "|".join(
    (
        r"mailer[-_. ]?da?emon|mail deliver[yi]?(?:ng)? (?:sub)?system|mail deliver system|mail delivery service",
        r"mdaemon|maildelivery|mail[-_]?subsystem|double-bounce|microsoftexchange[0-9a-f]{32}",
        r"delivery[-_ ]?(?:sub)?system|mail routing agent|smtp[_ ]?mail[_ ]?service",
        r"mail transport (?:agent|system)|mail system\b|returned mail|postmaster notify|internet mail delivery",
        r"mailer@|mail-?daemon|delivery[-_ ]?(?:notif|status)|bounces?[+@-]|amazonses\.com.*bounce|mail delivery",
    )
)

# A name or address that people may have, too: more must speak for a report.
POSTMASTERS = "|".join(
    (
        r"post[-_. ]?master|system administrator|system attendant|mail[-_. ]?admin(?:istrator)?|\badministrator\b",
        r"microsoft (?:outlook|exchange)|no[-_]?reply|interscan|mail ?marshal|mailsweeper|(?:anti-?)?virus",
        r"mail server|do[-_]?not[-_]?reply|mxlogic|surfcontrol|groupwise|lotus notes|\bsmtp\b|symantec",
        r"sns\.amazonaws|quản trị",
        (
            r"\b(?:mta|gateway|listserv|sysadmin|mail[-_ ]?(?:service|server|gateway|handler|agent|router"
            r"|host|notif\w*))\b"
        ),
    )
)

SUBJECTS = "|".join(
    (
        r"undeliver(?:able|ed)|un?deliverable|undeliv\w*",
        r"delivery (?:status )?(?:notification|report|failure|failed|problem|error)",
        (
            r"(?:mail|message|e-?mail) (?:delivery )?(?:fail|error|system error|not (?:be )?deliver"
            r"|could not be delivered)"
        ),
        r"mail delivery status|returned mail|return(?:ed|ing) (?:mail|message|to sender)|failure notice",
        r"failed mail|mail failure|delivery delayed",
        r"(?:warning|delayed):? .{0,40}(?:still )?(?:in queue|not (?:yet )?(?:been )?deliver|delay)",
        r"could ?n[o']?t (?:be )?(?:send|sent|deliver)|nondeliverable|non[- ]?remis|non ?delivery",
        r"delivery has (?:failed|been delayed)|bounce(?:d)? (?:mail|message)",
        r"(?:transient|permanent) (?:fatal )?(?:delivery )?(?:error|failure)|user unknown|mail could not be",
        r"address not found|không (?:thể )?(?:gửi|chuyển|phân phối|phát)(?: thư)? được",
        r"không thể (?:gửi|chuyển|phân phối|phát)|chưa gửi được|thư (?:bị )?(?:trả lại|hoàn lại)|thư trả về",
        r"gửi (?:thư )?(?:thất bại|không thành công)|thông báo trạng thái (?:gửi|phân phối)|unzustellbar",
        r"nicht zugestellt|zustellung|rückläufer|fehlgeschlagen|non remis|échec|remise|avis de non|retour",
        r"no se ha podido|no se puede entregar|no entregado|devuelto|não (?:entregue|foi)|não é possível|falha",
        r"devolvid|mancat[ao] (?:consegna|recapito)|recapito|non recapitabile|onbestelbaar|niet bezorgd",
        r"olevererbar|kan inte leverera|ikke levere|kunne ikke|toimittaminen|niedostarcz|nie dostarczono|niedoręcz",
        r"nedoručiteln|недостав|не доставлен|не удалось доставить|не вдалося|未送達|配信不能|配信エラー",
        r"送信(?:できません|エラー)|エラーメール|退信|无法投递|未传递|無法傳遞|投递失败|系统退信|반송|배달되지",
        r"전달 실패|전송 실패",
    )
)

# Sentences of mail systems, none of which a person writes of their own.
TEMPLATES = "|".join(
    (
        r"this message was created automatically by (?:the )?(?:mail|smtp)",
        r"this is the (?:postfix|mail system|qmail|mail delivery)",
        r"this is the (?:dragonfly|mailer-daemon|deliver program|email server|machine generated)",
        r"qmail-send program|i'?m (?:sorry|afraid) (?:to have to inform you|i wasn'?t able)",
        r"i wasn'?t able to deliver|i tried to deliver",
        (
            r"the following (?:address|recipient|e-?mail|user|destination|message"
            r"|data)\S{0,6}.{0,60}(?:fail|error|problem|could not|couldn'?t|not be|undeliver|did not"
            r"|were not|was not|not receive)"
        ),
        r"did not reach the following|could not be delivered to|was not delivered to",
        r"not delivered to the following",
        r"delivery (?:to the following|has failed to|of the following|failed|status notification|attempt)",
        r"unable to deliver (?:your |the |this |mail|message|to)|(?:was|were) undeliverable",
        r"undeliverable (?:mail|message|address|to)",
        (
            r"(?:your|the) (?:message|e-?mail|mail)\b.{0,80}(?:could ?n[o']t|can ?n?[o']t|was ?n[o']t"
            r"|has not|failed|not be).{0,20}(?:deliver|sent|reach)"
        ),
        r"could not (?:be deliver|deliver (?:the |your )?(?:message|mail))",
        r"returned (?:mail|message|to sender|because|as undeliv)",
        r"original message (?:was received|follows|headers|attached|header)|transcript of session|fatal errors",
        r"error message below|(?:unsent|returned|rejected) message (?:follows|below)",
        r"remote (?:host|server|smtp server) (?:said|returned|has rejected)|smtp error from remote",
        r"while talking to|final-recipient|recipient address|rcpt to|diagnostic information|unknown user:",
        r"user unknown|invalid (?:user|recipient|address|final)|no such (?:user|mailbox|recipient|address)",
        r"user mailbox exceeds|mailbox (?:is )?(?:full|unavailable|not found)|over (?:disk )?quota",
        r"rejected by (?:a |the )?(?:remote|recipient)",
        r"message (?:is|has been|was) (?:delayed|rejected|returned|not)",
        r"(?:kept|still) (?:in|on) the (?:mail )?queue|will be retried|an? error (?:has )?occurred while",
        r"had trouble delivering|failed to send to|message non-deliverable|has restricted sms",
        r"failed (?:recipients|addresses)|addresses? (?:follow|had)|error description:|delivery problems",
        r"intended recipient:|message that you sent|not yet been delivered|machine generated message",
        r"delivery (?:subsystem|system) (?:at|on)",
    )
)

# The same said by words that people use as well ("em không gửi được mail tới …").
PLAIN_WORDS = "|".join(
    (
        r"không (?:thể )?(?:gửi|chuyển|phân phối|phát)(?: được)?|chưa (?:được )?(?:gửi|chuyển|phân phối)",
        r"gửi không thành công|không được (?:gửi|chuyển|phân phối)|không tìm thấy địa chỉ|không tồn tại|bị từ chối",
        r"hộp thư (?:đã )?đầy|thư bị trả|n'?a pas pu|n'?existe pas|n'ont pas|échec|konnte nicht|konnten nicht",
        r"nicht zugestellt|nicht erreicht|fehlgeschlagen|no (?:se )?(?:ha|pudo|puede|han|fue|quizás|exista)",
        r"não (?:foi|pôde|pode|existe)|non è stat|impossibile|non può|kon niet|kan niet|niet (?:worden|bezorgd)",
        r"kunde inte|kunne ikke|ikke lever|ei voi|nie (?:można|mogła|został)",
        r"не (?:может|было|удалось|был|доставл|вдалося|може)|配信でき|送信でき|届け|お届け|配達|エラー|不明|无法",
        r"未能|退回|無法|不存在|배달|전송하지|전달하지|찾을 수|nelze|nebyl|nem sikerült|iletilemedi|δεν ήταν",
    )
)

# What a line says that is followed by the addresses that failed.
INTRODUCTIONS = "|".join(
    (
        r"following (?:address|recipient|e-?mail|user|destination|list|organi[sz])",
        r"these (?:recipients|addresses|users)|failed (?:addresses|recipients)|recipients?(?: or groups?)?\s?:\s*$",
        r"list of recipients|addresses follow|affected\s?:|(?:was|were) not delivered to",
        r"could not be (?:delivered|reached|sent)|not be delivered to|(?:unable|failed|failure) to deliver",
        r"undeliverable to|did not reach|delivery (?:to|failed|problem)|undelivered",
        r"had (?:permanent|transient|delivery|fatal|non)|not receive a copy|be delivered because|adressees? failed",
        r"addressed to|no longer|failed with|for one or more|one or more recip|bounced|người nhận",
        r"địa chỉ (?:sau|này|dưới)|gửi (?:đến|tới|cho) (?:địa chỉ|những)|không thể gửi|không gửi được",
        r"adresses? suivantes?|destinataires?|empfänger|folgende|destinatari[oa]?s?|direcci|endereço|indirizz",
        r"ontvanger|mottagar|modtager|mottaker|vastaanottaj|odbiorc|adresat|příjemc|получател|адрес|отримувач|宛先",
        r"以下|次の|下記|收件人|受信者|수신자|받는 사람|címzett|alıcı|παραλήπτ",
    )
)

# A label with the failed address behind it.
LABELS = "|".join(
    (
        r"unknown (?:user|recipient|address)|undeliverable (?:address|to|mail to)|failed (?:recipient|address)",
        r"delivery failed \d+ attempts|(?:intended |final |original |full |bad )?recipient(?: address| e-?mail)?",
        r"invalid (?:final delivery userid|recipient|address|user)|addressed to|error-for|user'?s mailbox is full",
        r"user mailbox (?:is full|exceeds allowed size)|mailbox full|user unknown",
        r"(?:could not be|not|never) delivered to|(?:unable|failed|failure) to (?:deliver|send)(?: \w+){0,4} to",
        r"deliver(?:ing|y) (?:your )?(?:mail|message) to|delivery to|delivery of (?:your )?(?:mail|message) to",
        r"no such (?:user|mailbox|recipient|address)|non[- ]existent (?:user|address)",
        r"mailbox (?:is )?(?:full|unavailable|inactive|disabled) (?:for|:)|account (?:is )?(?:disabled|over quota)",
        r"lỗi gửi (?:đến|tới)|(?:địa chỉ )?người nhận|địa chỉ (?:lỗi|không tồn tại|nhận)|gửi (?:đến|tới)",
        r"destinataire|empfänger|destinatario|destinatário|получатель|受信者|宛先|收件人|message to|mail to",
        r"e-?mail to|failed-recipient|x-failed-recipients",
    )
)

# Where the returned mail begins.
COPIES = "|".join(
    (
        r"-{2,}\s*below (?:this|the next) line is|-{2,}\s*this is a copy of",
        r"-{2,}\s*the (?:header|body|transcript) of",
        (
            r"[-=_*]{2,}\s*(?:original|returned|rejected|unsent|undelivered|your|message|copy|start of"
            r"|begin|returned mail)\b[^:]{0,60}(?:message|mail|follow|header|copy|body|text|below)"
        ),
        r"original message (?:follows|headers|header|attached|is|text)",
        r"(?:the )?(?:original|returned) message:?\s*$|old message:",
        (
            r"(?:below|here|included|attached|following|enclosed) (?:is|are|this) (?:a |an |your "
            r"|the )?(?:copy|original|returned|first|header|message)"
        ),
        (
            r"the (?:unsent|first|beginning of|start of|text of|header|headers of|non-delivered) (?:message"
            r"|part|lines|your|the|information)"
        ),
        r"message (?:text|header|headers|body) (?:follows|follow|is)|unsent message",
        r"your (?:original )?message (?:follows|reads|is attached)|-- the header and top|original headers",
        r"this is a copy of the (?:headers|message)|nội dung thư gốc|thư gốc|bản sao (?:của )?thư",
        r"tiêu đề (?:của )?thư gốc|en-tête|texte du message|originalnachricht|ursprüngliche|cabeceras",
        r"mensaje original|mensagem original|messaggio originale|исходное|元のメール|原始邮件",
    )
)

DELAYS = "|".join(
    (
        r"(?:delivery|message|mail|e-?mail|delivered) .{0,40}(?:been |is |was )?delayed|delayed for",
        r"not yet been delivered",
        r"(?:will|shall) (?:be retried|keep trying|continue (?:to )?(?:try|attempt)|try again|retry)",
        r"still (?:being|trying|in) (?:\w+ )?(?:queue|tr|deliver)|do not need to (?:re-?send|resend)",
        r"this is a warning(?: message)? only|warning message only|temporary failure report",
        r"no action (?:is )?required on your part|could not be delivered .{0,30}(?:yet|for the last|within \d)",
        r"delivery attempts will continue|(?:remain|kept|left) (?:in|on) the (?:mail )?queue|delivery incomplete",
        r"(?:mail )?delivery (?:has been )?deferred|gửi (?:thư )?chậm|bị (?:chậm|trì hoãn)",
        r"sẽ (?:tiếp tục |được )?thử (?:gửi )?lại|chưa (?:được )?gửi (?:được )?.{0,40}(?:tiếp tục|thử lại)",
        r"verzögert|retardé|retrasad|atrasad|ritard|vertraagd|försenad|отлож|задерж|遅延|延迟|延遲|지연",
    )
)
# Said by final reports as well as by warnings.
GIVEN_UP = "|".join(
    (
        r"permanent(?:ly)? (?:fatal )?(?:error|fail)|giv(?:en|ing) up|returned to sender",
        r"has been in the queue too long|too long|could not be delivered (?:within|after)",
        r"retry (?:time(?:out)?|limit).{0,30}(?:expired|exceeded)|stopped trying|message expired|final",
        r"not going to try|no longer|will not be retried|gave up|không thể gửi được nữa|đã ngừng",
    )
)

FULL_OR_BUSY = "|".join(
    (
        r"mail ?box (?:is |was )?(?:full|over)|mailbox.{0,30}(?:full|exceed|quota|size limit)",
        r"over ?(?:disk )?quota|quota exceeded|exceeded .{0,30}(?:quota|limit|storage)",
        r"insufficient (?:system )?(?:storage|disk)|not enough (?:space|storage)|disk (?:is )?full",
        r"inbox (?:is )?full|out of storage|user is over|timed? ?out|time-?out",
        r"connection (?:refused|reset|lost|dropped|failed)|could not connect|cannot connect|network unreachable",
        r"host (?:is )?unreachable|no route|temporar|try (?:again )?later|deferred|greylist|grey-?listed",
        r"rate limit|too many (?:connections|messages|recipients)|queue too long|in the queue too long|expired",
        r"retry timeout|resources|server (?:is )?(?:busy|down|unavailable)",
        r"service (?:not|temporarily) (?:un)?available|mailbox (?:is )?(?:busy|locked)|hộp thư (?:đã |bị )?đầy",
        r"vượt (?:quá )?dung lượng|hết dung lượng|quá tải|boîte .{0,20}pleine|quota dépass|postfach (?:ist )?voll",
        r"buzón lleno|caixa .{0,20}cheia|casella piena|переполнен|容量|満杯|いっぱい|已满|已滿|사서함.{0,10}초과",
    )
)

GONE_OR_REFUSED = "|".join(
    (
        r"unknown|no valid|will not continue|no such",
        (
            r"not (?:exist|found|known|listed|a valid|valid|recogni[sz]ed|our customer|local|permitted"
            r"|allowed|authori[sz]ed|accept)"
        ),
        r"does ?n[o']t (?:exist|have)|non-?exist|invalid|disabled|inactive|suspend|deactivated|closed|unrouteable",
        r"unroutable|doesn'?t like|refused|rejected|reject|denied|blocked|spam|blacklist|black list|prohibited",
        r"no mailbox|no account|no user|bad (?:destination|address)|unavailable|moved|expired account|abuse|policy",
        r"virus|too large|too big|message size|size exceed|restricted|forbidden|relay|không tồn tại|không tìm thấy",
        r"bị từ chối|bị chặn|không hợp lệ|n'existe pas|inconnu|unbekannt|no existe|não existe|inesistente",
        r"bestaat niet|не существует|存在しません|不明|不存在|존재하지",
    )
)

# What only people write: an administrator who reports trouble with mail quotes the words of mail systems.
PERSONAL = (
    r"giúp|nhờ|\bdạ\b|\b(?:em|anh|chị|mình)\b|\bpls\b|help us|\bour (?!system|server|mail|records|policy|filter|spam|bulk)|"
    r"\b(?:i|we) (?:am|are|get|got|cannot|can't|have|need|keep)\b|what i get"
)
