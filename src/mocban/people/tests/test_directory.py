"""Agencies are found by what clerks type, and the index of words carries every search."""

from datetime import date

import pytest
from django.db import connection

from mocban.people import agency_names, directory, services
from mocban.people.agency_rows import copy_new
from mocban.people.models import Agency, AgencyWord

from .agencies import Invented, fill, invented
from .conftest import fields

pytestmark = pytest.mark.django_db
ON = date(2026, 9, 1)
NAMES = [
    ("H99.01", "Ủy ban nhân dân tỉnh Đông Lĩnh", "province", {}),
    ("A99.00", "Tỉnh ủy Đông Lĩnh", "province", {}),
    ("A98.00", "Thành ủy Tây Giang", "province", {}),
    ("H99.03", "Sở Nội vụ tỉnh Đông Lĩnh", "province", {"former_codes": ["000.00.03.H99"], "email": "nv@h99.gov.vn"}),
    ("H98.03", "Sở Nội vụ tỉnh Tây Giang", "province", {"email": "a@tg.gov.vn"}),
    ("H98.04", "Sở Tư pháp tỉnh Tây Giang", "province", {"email": "b@tg.gov.vn"}),
    ("H99.08", "Sở Văn hóa, Thể thao và Du lịch tỉnh Đông Lĩnh", "province", {}),
    ("H99.27", "UBND xã Vân Khê", "commune", {"parent_name": "Ủy ban nhân dân tỉnh Đông Lĩnh"}),
    ("H99.28", "Ủy ban nhân dân xã Vân Khê Hạ", "commune", {"valid_to": date(2025, 6, 30), "successor_code": "H99.27"}),
    ("H99.29", "Ủy ban nhân dân xã Sơ Đồng", "commune", {}),
    ("H99.27.3", "Phòng Kinh tế", "other", {"parent_name": "Ủy ban nhân dân xã Vân Khê"}),
    ("H97.99", "Hội O'Brien \\ : \" & | ! <->", "other", {"email": "hoi@gmail.com"}),
]


@pytest.fixture
def few():
    listed = [Invented(code=code, name=name, level=level, **more) for code, name, level, more in NAMES]
    copy_new(listed, source="thử", imported_on=ON)


def names(text, **more):
    return [agency.name for agency in directory.find_agencies(text, on=ON, **more)]


def codes(text):
    return [agency.code for agency in directory.find_agencies(text, on=ON)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ubnd tinh", "H99.01"),
        ("UBND tỉnh", "H99.01"),
        ("uy ban nhan dan tinh", "H99.01"),
        ("tinh dong linh ubnd", "H99.01"),
        ("tu", "A99.00"),
        ("TU Tây", "A98.00"),
        ("snv dong", "H99.03"),
        ("SNV", "H99.03"),
        ("so noi", "H99.03"),
        ("sở nội vụ tây", "H98.03"),
        ("svhttdl", "H99.08"),
        ("svhttvdl", "H99.08"),
        ("vhttdl dong linh", "H99.08"),
        ("ủy ban nhân dân xã vân khê", "H99.27"),
        ("uỷ ban nhân dân xã vân", "H99.28"),
        ("ubnd xa van khe", "H99.27"),
        ("phong kinh te van khe", "H99.27.3"),
        ("h99.03", "H99.03"),
        ("000.00.03.h99", "H99.03"),
        ("000.00.03", "H99.03"),
        ("H99.0", "H99.03"),
        ("no vu", "H99.03"),
        ("O'Brien", "H97.99"),
    ],
)
def test_what_a_clerk_types_finds_the_agency(few, typed, first):
    assert first in codes(typed)
    if typed != "H99.0" and "vân" not in typed:
        assert codes(typed)[0] == first


def test_typed_accents_are_taken_at_their_word_first(few):
    assert names("sơ")[0] == "Ủy ban nhân dân xã Sơ Đồng"
    assert names("sở")[0].startswith("Sở ")
    assert "Ủy ban nhân dân xã Sơ Đồng" in names("so")


def test_higher_levels_and_shorter_names_stand_first_and_closed_ones_last(few):
    assert codes("ubnd") == ["H99.01", "H99.27", "H99.29", "H99.28"]


def test_a_closed_agency_names_its_successor(few):
    closed = next(agency for agency in directory.find_agencies("van khe ha", on=ON) if agency.code == "H99.28")
    assert closed.successor.code == "H99.27"
    assert directory.is_closed(closed, on=ON)
    assert not directory.is_closed(closed, on=date(2025, 6, 30))


@pytest.mark.parametrize(
    "nothing", ["", "   ", "-–!", "'", "\\", ":*", "& | !", "%", "không có ở đâu", "\x00", "=", "@ #"]
)
def test_nothing_and_nonsense_find_nothing(few, nothing):
    assert names(nothing) == []


def test_a_long_question_is_cut_and_answered(few):
    assert names("ubnd " * 5_000)[0].startswith("Ủy ban")


def test_a_code_is_resolved_new_or_old(few):
    assert directory.agency_by_code("000.00.03.H99", on=ON).code == "H99.03"
    assert directory.agency_by_code(" h99.03 ", on=ON).name == "Sở Nội vụ tỉnh Đông Lĩnh"
    assert directory.agency_by_code("H99", on=ON) is None
    assert directory.agency_by_code("", on=ON) is None


def test_the_present_holder_of_a_code_stands_before_a_former_one(few):
    copy_new([Invented(code="X1", name="Sở Mới", level="province", former_codes=["H99.03"])], source="", imported_on=ON)
    assert directory.agency_by_code("H99.03", on=ON).name == "Sở Nội vụ tỉnh Đông Lĩnh"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("NV@h99.gov.vn", "H99.03"),
        ("vanthu@h99.gov.vn", "H99.03"),
        ("a@tg.gov.vn", "H98.03"),
        ("c@tg.gov.vn", None),
        ("hoi@gmail.com", "H97.99"),
        ("ai@gmail.com", None),
        ("x@gov.vn", None),
        ("", None),
    ],
)
def test_a_sender_is_known_by_the_address_or_by_a_domain_of_one_public_body(few, address, code):
    found = directory.agency_by_email(address, on=ON)
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("so noi vu tinh dong linh", "H99.03"),
        ("Sở Nội vụ, tỉnh Đông Lĩnh", "H99.03"),
        ("H99.03", "H99.03"),
        ("000.00.03.H99", "H99.03"),
        ("Sở Nội vụ", None),
        ("Ủy ban nhân dân xã Vân Khê Hạ", None),
    ],
)
def test_a_whole_name_or_a_code_is_resolved_without_a_choice(few, typed, code):
    found = directory.agency_named(typed, on=ON)
    assert (found and found.code) == code


def test_the_bodies_of_the_installation_stand_in_the_directory(office):
    assert codes("vptu") == ["A99.01"]
    services.edit_organisation(
        organisation=office.organisation, fields=fields(name="Văn phòng Tỉnh ủy Bình Sơn"), actor=office.admin
    )
    assert names("vptu") == ["Văn phòng Tỉnh ủy Bình Sơn"]


def test_a_body_takes_over_the_entry_that_the_directory_had_under_its_code(few, office):
    services.edit_organisation(
        organisation=office.organisation, fields=fields(code="H99.03", name="Sở Nội vụ Đông Lĩnh"), actor=office.admin
    )
    entry = Agency.objects.get(organisation=office.organisation)
    assert (entry.code, entry.name) == ("H99.03", "Sở Nội vụ Đông Lĩnh")
    assert set(entry.former_codes) == {"000.00.03.H99", "A99.01"}
    assert directory.agency_by_code("A99.01", on=ON).pk == entry.pk


def plan(text):
    """How the database answers the slowest question of a text."""
    known = set(AgencyWord.objects.filter(word__in=agency_names.looked_up(text)).values_list("word", flat=True))
    kinds = [*agency_names.questions(text, known), agency_names.wider(text, known), agency_names.by_beginnings(text)]
    found = []
    with connection.cursor() as cursor:
        for queries in filter(None, kinds):
            cursor.execute("EXPLAIN " + directory._BAND_BY_BAND, [queries, directory.MOST_AT_ONCE, 20, 20])
            found += [line for (line,) in cursor.fetchall()]
    return "\n".join(found)


BROAD = ["tinh", "xa", "t", "ubnd xa", "uy ban nhan dan", "snv", "X0", "truong mam non", "zzz"]


@pytest.mark.parametrize("text", BROAD)
def test_every_search_takes_the_index_of_words(text):
    fill(invented(3_000))
    assert "Seq Scan" not in plan(text)
    assert "agency_by_words" in plan(text)


def test_a_hundred_and_ten_thousand_agencies_are_searched_through_the_index():
    fill(invented(5_500), times=20)
    assert Agency.objects.count() == 110_000
    for text in BROAD[:-1]:
        assert "Seq Scan" not in plan(text)
        assert len(directory.find_agencies(text, on=ON)) == directory.SHOWN, text
    ranks = [agency.rank for agency in directory.find_agencies("ubnd tinh", on=ON)]
    assert ranks == sorted(ranks)
    assert all(name.startswith("Ủy ban nhân dân tỉnh") for name in names("ubnd tinh", limit=10))
    assert all(name.startswith("Tỉnh ủy") for name in names("tu", limit=10))
    assert names("zzz") == []
