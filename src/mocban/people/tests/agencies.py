"""A directory of invented agencies, as large as asked: provinces, their bodies, communes with theirs, schools."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from django.db import connection

from mocban.people.agency_rows import copy_new

FIRST = """An Bắc Bình Cao Châu Chí Cẩm Diên Đại Đông Đức Gia Hà Hải Hiệp Hòa Hồng Hưng Khánh Kim Kỳ Lạc Lâm Liên Long
Lộc Lương Mai Minh Mỹ Nam Ngọc Nghĩa Nhân Ninh Phong Phú Phước Quảng Quỳnh Sơn Tam Tân Tây Thái Thanh Thạch Thiện Thọ
Thuận Thủy Tiên Trung Trường Tuy Vân Vĩnh Vũ Xuân Yên"""
SECOND = """Ân Bảng Bồ Châu Dương Điền Định Giang Hà Hải Hậu Hoa Khê Khương Lâm Lãm Lĩnh Lộc Lũng Mỗ Nguyên Nhuệ Phú
Quý Sơn Tảo Thành Thịnh Thượng Tiến Tịnh Trạch Vực Xá Yển"""
PROVINCIAL = """Ủy ban nhân dân tỉnh|Hội đồng nhân dân tỉnh|Văn phòng Ủy ban nhân dân tỉnh|Sở Nội vụ|Sở Tài chính
|Sở Tư pháp|Sở Công Thương|Sở Xây dựng|Sở Y tế|Sở Giáo dục và Đào tạo|Sở Khoa học và Công nghệ
|Sở Văn hóa, Thể thao và Du lịch|Sở Nông nghiệp và Môi trường|Thanh tra tỉnh|Công an tỉnh|Bộ Chỉ huy Quân sự tỉnh
|Tòa án nhân dân tỉnh|Viện kiểm sát nhân dân tỉnh|Bảo hiểm xã hội tỉnh|Kho bạc Nhà nước tỉnh
|Chi cục Văn thư – Lưu trữ tỉnh|Trung tâm Lưu trữ lịch sử tỉnh|Ban Quản lý các khu công nghiệp tỉnh"""
PARTY = "Tỉnh ủy|Văn phòng Tỉnh ủy|Ban Tổ chức Tỉnh ủy|Ban Tuyên giáo và Dân vận Tỉnh ủy|Ủy ban Kiểm tra Tỉnh ủy"
COMMUNAL = """Ủy ban nhân dân|Hội đồng nhân dân|Văn phòng Hội đồng nhân dân và Ủy ban nhân dân|Phòng Kinh tế
|Phòng Văn hóa – Xã hội|Trung tâm Phục vụ hành chính công|Công an|Ban Chỉ huy Quân sự|Trạm Y tế|Đảng ủy
|Văn phòng Đảng ủy|Ủy ban Kiểm tra Đảng ủy|Ban Xây dựng Đảng của Đảng ủy|Ủy ban Mặt trận Tổ quốc Việt Nam
|Hội Nông dân|Hội Liên hiệp Phụ nữ|Hội Cựu chiến binh"""
SCHOOLS = "Trường Mầm non|Trường Tiểu học|Trường Trung học cơ sở|Hợp tác xã Dịch vụ nông nghiệp|Quỹ tín dụng nhân dân"
MERGED_ON = date(2025, 6, 30)


@dataclass(frozen=True)
class Invented:
    """The fields of one agency, under the names that the model has."""

    code: str
    name: str
    level: str
    former_codes: list[str] = field(default_factory=list)
    parent_name: str = ""
    parent_code: str = ""
    regime: str = "state"
    place: str = ""
    email: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successor_code: str = ""
    short_name: str = ""
    abbreviations: list[str] = field(default_factory=list)


def invented(count: int, *, seed: int = 1) -> Iterator[Invented]:
    """The first `count` agencies of an endless invented country, each with its own code."""
    return islice(_country(random.Random(seed)), count)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.replace("\n", "").split("|")]


def _country(chance: random.Random) -> Iterator[Invented]:
    province = 0
    while True:
        province += 1
        yield from _province(province, f"{chance.choice(FIRST.split())} {chance.choice(SECOND.split())}", chance)


def _province(number: int, place: str, chance: random.Random) -> Iterator[Invented]:
    code = f"X{number:03d}"
    seat = f"{code}.01"
    for ordinal, kind in enumerate(_names(PROVINCIAL), start=1):
        yield Invented(
            code=f"{code}.{ordinal:02d}",
            name=f"{kind} {place}" if "tỉnh" in kind else f"{kind} tỉnh {place}",
            level="province",
            former_codes=[f"000.00.{ordinal:02d}.{code}"],
            parent_name="" if ordinal == 1 else f"Ủy ban nhân dân tỉnh {place}",
            parent_code="" if ordinal == 1 else seat,
            place=place,
            email=f"vanthu{ordinal}@{code.lower()}.gov.vn",
        )
    for ordinal, kind in enumerate(_names(PARTY), start=1):
        yield Invented(
            code=f"Y{number:03d}.{ordinal:02d}", name=f"{kind} {place}", level="province", regime="party", place=place
        )
    for ordinal in range(1, 101):
        yield from _commune(
            f"{code}.C{ordinal:03d}", f"{chance.choice(FIRST.split())} {chance.choice(SECOND.split())}", place, chance
        )


def _commune(code: str, name: str, province: str, chance: random.Random) -> Iterator[Invented]:
    kind = chance.choice(("xã", "xã", "xã", "phường"))
    seat = f"{code}.01"
    around = {"parent_code": seat, "parent_name": f"Ủy ban nhân dân {kind} {name}", "place": f"{name}, {province}"}
    for ordinal, body in enumerate(_names(COMMUNAL), start=1):
        own = {"parent_code": "", "parent_name": f"Ủy ban nhân dân tỉnh {province}"} if ordinal == 1 else {}
        yield Invented(
            code=f"{code}.{ordinal:02d}",
            name=f"{body} {kind} {name}",
            level="commune",
            former_codes=[f"000.{ordinal:02d}.{code[6:]}.{code[:4]}"],
            **{**around, **own},
        )
    for ordinal, body in enumerate(_names(SCHOOLS), start=21):
        yield Invented(code=f"{code}.{ordinal}", name=f"{body} {name}", level="other", **around)
    yield Invented(
        code=f"{code}.91",
        name=f"Ủy ban nhân dân xã {name} {chance.choice(('Đông', 'Tây', 'Thượng', 'Hạ'))}",
        level="commune",
        valid_to=MERGED_ON,
        successor_code=seat,
        **around,
    )


_CLONED = """
    INSERT INTO people_agency (id, code, name, former_codes, short_name, abbreviations, parent_name, parent_code,
        regime, level, place, email, valid_from, valid_to, successor_code, source, imported_on, sort_name, rank, words)
    SELECT gen_random_uuid(), code || '.' || copy, name, '{}', short_name, abbreviations, parent_name, parent_code,
        regime, level, place, '', valid_from, valid_to, successor_code, source, imported_on, sort_name, rank, words
    FROM people_agency CROSS JOIN generate_series(2, %s) AS copy WHERE source = 'invented'
"""


def fill(agencies: Iterator[Invented], *, times: int = 1) -> None:
    """Write them, each under `times` codes; let the planner know the table, as the database does by itself in time."""
    copy_new(agencies, source="invented", imported_on=MERGED_ON)
    with connection.cursor() as cursor:
        cursor.execute(_CLONED, [times])
        cursor.execute("SELECT gin_clean_pending_list('agency_by_words')")
        cursor.execute("ANALYZE people_agency")
