"""Messages as strangers write them."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SENDER = "Sở Nội vụ Lam Sơn <vanthu@snv.lamson.example>"
BOX = "hopthu@lamson.example"


def letter(
    subject: str = "Về việc báo cáo công tác văn thư",
    text: str = "Kính gửi Quý cơ quan.",
    *,
    files: tuple[tuple[str, str, bytes], ...] = (("cong-van-12.pdf", "application/pdf", PDF),),
    html: str = "",
    **headers: Any,
) -> EmailMessage:
    """A letter with one PDF; `headers` by name with underscores replace the usual ones, None leaves one out."""
    message = EmailMessage()
    usual = {
        "From": SENDER,
        "To": BOX,
        "Subject": subject,
        "Date": "Tue, 01 Sep 2026 09:00:00 +0700",
        "Message-ID": f"<{abs(hash((subject, text)))}@snv.lamson.example>",
    }
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {**usual, **given}.items():
        if value is not None:
            message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, kind, data in files:
        maintype, _slash, subtype = kind.partition("/")
        message.add_attachment(data, maintype=maintype, subtype=subtype, filename=name)
    return message


def raw(*args: Any, **kwargs: Any) -> bytes:
    return letter(*args, **kwargs).as_bytes()


def winmail(name: bytes, data: bytes) -> bytes:
    """The smallest winmail.dat with one file in it."""

    def item(level: int, kind: int, value: bytes) -> bytes:
        checksum = sum(value) & 0xFFFF
        return (
            bytes([level])
            + kind.to_bytes(4, "little")
            + len(value).to_bytes(4, "little")
            + value
            + checksum.to_bytes(2, "little")
        )

    return (
        b"\x78\x9f\x3e\x22\x01\x00"
        + item(2, 0x00069002, b"\x00" * 14)
        + item(2, 0x00018010, name + b"\x00")
        + item(2, 0x0006800F, data)
    )


def bounce(message_id: str, address: str, *, action: str = "failed", said: str = "550 5.1.1 User unknown") -> bytes:
    """A delivery report (RFC 3464)."""
    return f"""From: MAILER-DAEMON@may-chu.example
To: {BOX}
Subject: Undelivered Mail Returned to Sender
Date: Tue, 01 Sep 2026 09:10:00 +0700
Message-ID: <dsn-{action}-{message_id}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

See below.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; may-chu.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
Subject: x

--b--
""".encode()


def receipt(message_id: str) -> bytes:
    """A receipt of reading (RFC 8098)."""
    return f"""From: noi-nhan@x.example
To: {BOX}
Subject: Read
Date: Tue, 01 Sep 2026 10:10:00 +0700
Message-ID: <mdn-{message_id}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

--b
Content-Type: text/plain

Da doc.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; noi-nhan@x.example
Original-Message-ID: <{message_id}>
Disposition: manual-action/MDN-sent-manually; displayed

--b--
""".encode()
