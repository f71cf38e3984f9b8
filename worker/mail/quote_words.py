"""The words by which mail programs mark what they quote, per language: verbs, separators, header labels."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

WROTE = "|".join(
    (
        r"wrote|writes|said|sent|replied|has written",
        r"đã viết(?: như sau)?|viết|đã gửi|đã trả lời|da viet|viet",
        r"a [ée]crit|[ée]crit|schrieb|schreibt|geschrieben|geschreven|schreef",
        r"escribi[oó]|ha escrito|escribe|va escriure|ha escrit|escreveu|escreve|ha scritto|scrive|scrisse",
        r"skrev(?: følgende| så här)?|skriver|kirjoitti|skrifaði",
        r"napisał(?:\(a\)|a)?|pisze|nadesłał|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|je napisa[ol]|napisao je",
        r"[íi]rta|a scris|yazdı|yazmış|rašė|kirjutas|rakstīja",
        r"написал(?:\(а\)|а)?|пишет|писал\(а\)|пише|написав(?:\((?:ла|а)\)|ла)?|написа|έγραψε|כתב(?:/ה)?|كتب",
        r"(?:は|が)?書きました|のメッセージ|さんのメール|님이 작성|작성|썼습니다|님이 쓴 글",
        r"写道|寫道|写到|เขียนว่า|menulis",
    )
)

# What an attribution line begins with; a date or a day of the week does as well.
STARTERS = (
    r"on|at|vào(?: lúc| ngày)?|vao(?: luc)?|ngày|ngay|lúc|le|am|el|il(?: giorno)?|em|no dia|op|den|w dniu|dnia|dne|dňa|"
    r"în|στις|pada(?: tanggal)?|la data de|a las|in (?:message|article)|quoting"
)

QUOTING = (
    r"quoting|zitat von|zitiere|citando|citazione|citação de|citát|citeren|citerar|citat(?: fra)?|цитирую|"
    r"trích(?: dẫn)?(?: từ| lời)?"
)

# "We wrote: …" is a sentence of the reply.
OUR_OWN = (
    r"(?:i|we|they|he|she|it|customers?|clients?|khách(?: hàng)?|họ|nó|hệ thống|máy|web|tôi|em|"
    r"mình|anh|chị|chúng tôi|bên em|bên tôi|ich|wir|je|nous|yo|nosotros)\s+"
    r"(?:had |have |just |có |cũng |vừa )?(?:wrote|said|sent|replied|đã viết|viết|đã gửi|đã trả lời|schrieb)"
)

ORIGINAL = "|".join(
    (
        r"original(?: (?:message|e?-?mail|nachricht|appointment))?|original-nachricht|reply message|message original",
        r"urspr(?:ü|ue)ngliche (?:nachricht|mail|e-mail)|oprindelig meddelelse|opprinnelig melding",
        r"ursprungligt meddelande|originalmeddelande|message d['’]origine|message initial|mensaje original",
        r"mensagem original|messaggio originale|oorspronkelijk bericht|origineel bericht|alkuperäinen viesti",
        r"(?:oryginalna )?wiadomość(?: oryginalna)?|původní (?:zpráva|e-mail)|pôvodná správa|eredeti üzenet",
        r"mesaj original|orijinal (?:mesaj|ileti)|исходное сообщение|оригинальное сообщение",
        r"оригінальне повідомлення|αρχικό μήνυμα|元のメッセージ|オリジナルメッセージ|원본 ?(?:메일|메시지)|원래 메시지",
        r"原始(?:邮件|郵件|信息)|邮件原件|回复的原邮件|thư gốc|thư ban đầu|e-?mail gốc|tin nhắn gốc|tin nhắn ban đầu",
        r"tin nhắn nguyên bản|nội dung gốc|thông báo gốc|bản gốc|tin gốc|thu goc|tin nhan goc",
    )
)

FORWARDED = "|".join(
    (
        r"forwarded (?:message|by .{1,80}|mail|email)|fwd|weitergeleitete nachricht",
        r"(?:début du )?message (?:transféré|réexpédié)|mensaje reenviado|mensagem (?:encaminhada|reenviada)",
        r"messaggio inoltrato|doorgestuurd bericht|videresendt (?:meddelelse|besked|melding)",
        r"vidarebefordrat (?:meddelande|mejl|mail)|välitetty viesti|(?:wiadomość przekazana|przekazana wiadomość)",
        r"přeposlaná zpráva|továbbított üzenet|пересланное (?:сообщение|письмо)|пересылаемое сообщение",
        r"переслане повідомлення|転送(?:された)?(?:メッセージ|メール)|전달된 ?(?:메일|메시지)|转发(?:的)?(?:邮件|信息)",
        r"轉寄(?:的)?(?:郵件|訊息)|(?:thư|tin nhắn|e-?mail|tin)(?: đã| được| đã được)? chuyển tiếp|chuyển tiếp",
        r"thu (?:duoc |da )?chuyen tiep",
    )
)

# Apple Mail and its kin: no rule around the words, a colon behind them.
BEGIN_FORWARDED = "|".join(
    (
        r"begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|inizio messaggio inoltrato",
        r"début du (?:message (?:transféré|réexpédié)|e-mail transféré)|inicio del mensaje reenviado",
        r"início da mensagem (?:encaminhada|reenviada)|begin doorgestuurd bericht|start på videresendt besked",
        r"vidarebefordrat (?:brev|mejl)|начало переадресованного сообщения|початок листа, що пересилається",
        r"下面是被转发的邮件|以下是轉寄的郵件|転送されたメッセージ|전달된 메시지",
        r"bắt đầu (?:thư|tin nhắn) (?:đã|được) chuyển tiếp|bắt đầu (?:thư )?chuyển tiếp(?: thư)?",
    )
)

REPLY_ABOVE = (
    r"(?:reply|write|type|answer).{0,40}\babove\b|above this line|trả lời.{0,30}(?:phía )?trên|oberhalb dieser|"
    r"au[- ]dessus de cette ligne"
)


class HeaderRole(Enum):
    """What a line of a quoted header block says."""

    FROM = auto()
    SENT = auto()
    TO = auto()
    CC = auto()
    SUBJECT = auto()


_LABELS: Mapping[HeaderRole, tuple[str, ...]] = {
    HeaderRole.FROM: (
        "from|von|de|da|van|från|fra|lähettäjä|od|от|від|отправитель|відправник|expéditeur|absender|remitente|mittente",
        "afzender|nadawca|feladó|kimden|gönderen|差出人|送信者|送信元|보낸 사람|보낸사람|发件人|寄件者|寄件人|sender",
        "từ|người gửi|tu|nguoi gui|od koho|dari|από|מאת|من|จาก",
    ),
    HeaderRole.SENT: (
        "sent|date|gesendet|datum|envoyé|envoyé le|envoi|enviado|enviado el|fecha|enviada|enviada em|data|inviato",
        "verzonden|skickat|skickad|sendt|dato|lähetetty|päivämäärä|pvm|päiväys|wysłano|wysłane|odesláno|odoslané",
        "отправлено|дата|надіслано|送信日時|日付|日時|送信日|보낸 날짜|날짜|보낸시간|发送时间|发送日期|日期|寄件日期",
        "時間|时间|đã gửi|ngày|ngày gửi|gửi|gửi lúc|gửi ngày|vào lúc|thời gian|thời gian gửi|ngày giờ|da gui|ngay",
        "küldve|dátum|tarih|gönderildi|ημερομηνία|gesendet am|datum/uhrzeit|dikirim|tanggal|trimis|sent on|date/time",
        "sent at|date sent",
    ),
    HeaderRole.TO: (
        "to|an|à|para|aan|till|til|vastaanottaja|do|komu|кому|宛先|받는 사람|받는사람|收件人|đến|tới|gửi đến|gửi tới",
        "người nhận|den|toi|címzett|kime|alıcı|προς|אל|إلى|ถึง|kepada|către|a|empfänger|destinataire|destinatario|pour",
    ),
    HeaderRole.CC: (
        "cc|bcc|kopie|kopie (cc)|copie à|copie|cópia|kopia|kopio|kopi|копия|копія|抄送|副本|참조|đồng gửi",
        "đồng kính gửi|cc.|c.c.|reply-to|reply to|antwort an|trả lời|trả lời đến|gửi lại|másolat|bilgi|importance",
        "attachments|wichtigkeit|tệp đính kèm|đính kèm|mức độ quan trọng|tầm quan trọng",
    ),
    HeaderRole.SUBJECT: (
        "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|тема|件名|제목|主题",
        "主題|主旨|chủ đề|tiêu đề|chu de|tieu de|tárgy|konu|θέμα|נושא|الموضوع|เรื่อง|perihal|subjek|subiect",
    ),
}
HEADER_LABELS: Mapping[str, HeaderRole] = {
    word: role for role, rows in _LABELS.items() for row in rows for word in row.split("|")
}

# Outlook's block that some converter put on one line.
BLOCK_ON_ONE_LINE = (
    r"(?:From|Từ|Von|De|Da|Van)\s?[:：].{3,120}"
    r"(?:Sent|Date|Đã gửi|Ngày|Gesendet|Envoyé|Enviado|Inviato|Verzonden)\s?[:：].{3,120}"
    r"(?:To|Đến|Tới|An|À|Para|A|Aan)\s?[:：].{0,200}"
    r"(?:Subject|Chủ đề|Tiêu đề|Betreff|Objet|Asunto|Oggetto|Onderwerp)\s?[:：]"
)
