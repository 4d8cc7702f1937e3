"""A clerk at the door of the program without a browser: plain HTTP, one connection, a session of its own."""

from __future__ import annotations

import http.client
import io
import re
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode
from uuid import uuid4

import pikepdf

from tests.journeys.papers import arriving_letter

UNIQUE = b"0123456789abcdef0123456789abcdef"  # stands once in the scan; each paper gets its own


def scan(size: int, on: date) -> bytes:
    """A letter of about `size` bytes: a page of text and the weight of a picture."""
    pdf = pikepdf.open(io.BytesIO(arriving_letter("1-CV/ĐU", on)))
    bare = io.BytesIO()
    pdf.save(bare)
    weight = UNIQUE + b"\xa5" * max(0, size - len(bare.getvalue()) - len(UNIQUE))
    pdf.Root.PieceInfo = pdf.make_indirect(pikepdf.Stream(pdf, weight))
    output = io.BytesIO()
    pdf.save(output, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert output.getvalue().count(UNIQUE) == 1
    return output.getvalue()


@dataclass
class Clerk:
    """One signed-in session. Every call raises OSError or HTTPException when the program goes away."""

    port: int
    paper: bytes
    on: date
    cookies: dict[str, str] = field(default_factory=dict)
    book: str = ""
    kind: str = ""
    connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, str]:
        """Status, address of a redirect, and text of the answer."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        self.connection.request(method, path, body=body or None, headers=headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), text

    def sign_in(self, login: str, password: str) -> None:
        """Sign in, and learn from the desk's form which book is open."""
        self.ask("GET", "/login/")
        form = {"login": login, "password": password, "csrfmiddlewaretoken": self.cookies["csrftoken"]}
        status, _to, text = self.ask("POST", "/login/", urlencode(form).encode(), "application/x-www-form-urlencoded")
        assert status == 302, text[:2000]
        _status, _to, page = self.ask("GET", "/registry/incoming/new/")
        book = re.search(r'<select name="book".*?<option value="([^"]+)"', page, re.S)
        kind = re.search(r'<option value="([^"]+)"[^>]*>Công văn<', page)
        assert book, page[:2000]
        assert kind, page[:2000]
        self.book, self.kind = book[1], kind[1]

    def register(self, code: str) -> str:
        """Register one paper through the desk's form; returns the key of the entry."""
        unique = uuid4().hex
        fields = {
            "csrfmiddlewaretoken": self.cookies["csrftoken"],
            "book": self.book,
            "arrived_on": f"{self.on:%d/%m/%Y}",
            "issuer_name": "Đảng ủy xã Vân Khê",
            "printed_code": code,
            "issued_on": f"{self.on:%d/%m/%Y}",
            "kind_code": self.kind,
            "subject": "Về việc sửa chữa trạm bơm",
            "save": "1",
        }
        part = '--{}\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
        told = "".join(part.format(unique, name, "") + value + "\r\n" for name, value in fields.items())
        told += part.format(unique, "file", '; filename="cong-van.pdf"\r\nContent-Type: application/pdf')
        body = told.encode() + self.paper.replace(UNIQUE, unique.encode()) + f"\r\n--{unique}--\r\n".encode()
        status, to, text = self.ask("POST", "/registry/incoming/new/", body, f"multipart/form-data; boundary={unique}")
        assert status == 302, f"{status}: {text[:3000]}"
        return to.rstrip("/").rpartition("/")[2]
