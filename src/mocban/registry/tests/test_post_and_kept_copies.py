"""The post book and the book of kept copies."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from mocban.registry import log_selectors
from mocban.registry.choices import BookKind
from mocban.registry.models import KeptCopyUse, PostItem
from mocban.registry.services.kept_copies import Use, lend_copy, take_copy_back
from mocban.registry.services.post import Mailing, PostReceipt, note_post_receipt, send_by_post
from tests import steps
from tests.world import DAY, World, position

from .logs import issued, log

pytestmark = pytest.mark.django_db
PLACES = [Mailing("UBND xã Hòa Bình", 2), Mailing("Bưu điện tỉnh")]


def test_each_place_has_its_line_and_the_post_signs_for_it(world: World) -> None:
    outgoing, book = issued(world), log(world, BookKind.POST)
    made = send_by_post(outgoing=outgoing, mailings=PLACES, book=book, actor=world.clerk, on=DAY)
    assert [(item.ordinal, item.recipient, item.envelopes, item.printed_code) for item in made] == [
        (1, "UBND xã Hòa Bình", 2, "07/SNV-VTLT"),
        (2, "Bưu điện tỉnh", 1, "07/SNV-VTLT"),
    ]
    receipt = PostReceipt("EL 123 456 789 VN")
    with pytest.raises(PermissionDenied):
        note_post_receipt(item=made[0], receipt=receipt, actor=world.officer, on=DAY)
    assert note_post_receipt(item=made[0], receipt=receipt, actor=world.clerk, on=DAY).receipt == "EL 123 456 789 VN"
    assert list(log_selectors.post_items_for(world.clerk, day=DAY, open_only=True)) == [made[1]]
    with steps.refused("log.no_name"):
        note_post_receipt(item=made[1], receipt=PostReceipt(" "), actor=world.clerk, on=DAY)


def test_only_an_issued_document_goes_to_the_post_and_only_into_its_book(world: World) -> None:
    outgoing, book = issued(world), log(world, BookKind.POST)
    given = {"mailings": PLACES, "book": book, "actor": world.clerk, "on": DAY}
    with steps.refused("log.not_issued"):
        send_by_post(outgoing=steps.drafted(world, with_file=False), **given)
    with steps.refused("log.nothing_chosen"):
        send_by_post(outgoing=outgoing, **{**given, "mailings": []})
    with steps.refused("book.other_kind"):
        send_by_post(outgoing=outgoing, **{**given, "book": log(world, BookKind.HANDOVER)})
    with pytest.raises(PermissionDenied):
        send_by_post(outgoing=outgoing, **{**given, "actor": world.officer})
    assert not PostItem.objects.exists()


def test_a_kept_copy_is_used_with_permission_and_comes_back(world: World) -> None:
    document, book = issued(world).document, log(world, BookKind.KEPT_COPIES)
    use = Use(permitted_by="Chánh Văn phòng Sở", position=position(world.officer), file_symbol="01.VTLT")
    line = lend_copy(document=document, use=use, book=book, actor=world.clerk, on=DAY)
    assert (line.ordinal, line.user, line.used_on) == (1, str(position(world.officer)), DAY)
    returned = take_copy_back(line=line, actor=world.clerk, on=DAY)
    assert returned.returned_on == DAY
    with steps.refused("kept_copy.returned"):
        take_copy_back(line=line, actor=world.clerk, on=DAY)


def test_without_user_or_permission_no_copy_leaves(world: World) -> None:
    document, book = issued(world).document, log(world, BookKind.KEPT_COPIES)
    common = {"document": document, "book": book, "on": DAY}
    with steps.refused("kept_copy.no_user"):
        lend_copy(use=Use(permitted_by="Chánh Văn phòng"), actor=world.clerk, **common)
    with steps.refused("kept_copy.no_permission"):
        lend_copy(use=Use(permitted_by=" ", user="Ông Ba"), actor=world.clerk, **common)
    with pytest.raises(PermissionDenied):
        lend_copy(use=Use(permitted_by="Chánh Văn phòng", user="Ông Ba"), actor=world.officer, **common)
    assert not KeptCopyUse.objects.exists()


def test_a_copy_is_overdue_after_the_days_that_the_body_allows(world: World) -> None:
    document, book = issued(world).document, log(world, BookKind.KEPT_COPIES)
    use = Use(permitted_by="Chánh Văn phòng", user="Ông Ba")
    late, fresh = (lend_copy(document=document, use=use, book=book, actor=world.clerk, on=DAY) for _twice in range(2))
    KeptCopyUse.objects.filter(pk=late.pk).update(used_on=DAY.replace(month=10, day=27))
    limit = log_selectors.last_late_day(world.office.organisation, "registry.kept_copy_back_within", on=DAY)
    assert list(log_selectors.kept_copies_for(world.clerk, state="late", late_from=limit)) == [late]
    assert set(log_selectors.kept_copies_for(world.clerk, state="out")) == {late, fresh}
