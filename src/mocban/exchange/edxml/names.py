"""Names that the format fixes."""

from __future__ import annotations

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
PREFIX = "edXML"
TIME_ZONE = "Asia/Ho_Chi_Minh"  # timestamps carry no zone; QĐ 28/2018/QĐ-TTg, Điều 14 orders Vietnam time
DATE = "%Y/%m/%d"
TIMESTAMP = "%Y/%m/%d %H:%M:%S"
CONTENT_ID_SCHEME = "cid:"
OLDER_NAMESPACES = frozenset({"http://www.e-doc.vn/Schema/", "http://www.go.vn/eDoc"})
