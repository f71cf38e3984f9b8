"""The demo's desk: staff work by answering, an incident from notification to warranty, paid work from draft to acceptance."""

from __future__ import annotations

from worker.cli.common import console
from worker.cli.demo_scene import Scene

QUOTE_SETTINGS = {
    "seller": {
        "legal_name": "Công ty TNHH VINNO (ví dụ)",
        "tax_number": "0312345678",
        "postal_address": "12 Lê Lợi, Quận 1, TP. Hồ Chí Minh",
        "bank_account": "0071000123456",
        "bank_name": "Ngân hàng Ví Dụ, chi nhánh TP. Hồ Chí Minh",
        "bank_holder": "CONG TY TNHH VINNO",
        "representative": "Trần Thị Mai",
        "representative_title": "Giám đốc",
    }
}
_INCIDENT, _PAID = "VN-1001", "VN-1003"
_DONE = """xong, mất 40p
gửi khách: Dạ hộp thư của nhà hàng đã nhận lại bình thường, chị kiểm tra giúp em nhé."""


def show_desk(scene: Scene, member: str, customer: str) -> None:
    """An incident is taken, estimated and closed; a quote is changed, approved, sent and accepted."""
    console.print("[bold]Staff answer from their own mailbox[/]")
    notification = scene.sent("staff_request", _INCIDENT)
    scene.answers(member, notification, "em nhận cái này, khoảng 45p")
    scene.sent("staff_receipt", _INCIDENT)
    scene.answers(member, notification, _DONE)
    scene.sent("request_done", _INCIDENT)
    console.print("[bold]A quote, approved by mail and accepted by its customer[/]")
    scene.answers(member, scene.sent("staff_quote_draft", _PAID), "báo 2tr5 chưa VAT")
    scene.answers(member, scene.sent("staff_quote_draft", _PAID, after=1), "duyệt")
    scene.answers(customer, scene.sent("quote", _PAID), "Yes, we accept the quote. Please go ahead.")
    scene.sent("quote_accepted", _PAID)
    console.print()
