"""The list of notices in the browser."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from mocban.notices.models import Notice

from .test_services import send


def test_the_list_shows_the_own_notices_and_escapes_them(browser, office, clerk, leader):
    office.name = "<b>Sở</b>"
    send(clerk, about=office)
    send(leader, about=office, due="của lãnh đạo")
    text = browser.get(reverse("notices:list")).content.decode()
    assert "Bạn được giao: &lt;b&gt;Sở&lt;/b&gt;, hạn 01/3/2026." in text
    assert "của lãnh đạo" not in text


def test_an_empty_list_says_what_will_stand_there(browser, clerk):
    assert "Chưa có thông báo nào" in browser.get(reverse("notices:list")).content.decode()
    assert "Không có thông báo chưa đọc" in browser.get(reverse("notices:list") + "?unread=1").content.decode()


def test_opening_marks_read_and_leads_to_the_matter(browser, office, clerk):
    send(clerk, about=office)
    notice = Notice.objects.get()
    answer = browser.post(reverse("notices:open", args=[notice.pk]))
    assert (answer.status_code, answer["Location"]) == (302, "/registry/")
    notice.refresh_from_db()
    assert notice.read_at
    assert "Bạn được giao" not in browser.get(reverse("notices:list") + "?unread=1").content.decode()


def test_the_notice_of_somebody_else_does_not_exist(browser, office, clerk, leader):
    send(leader, about=office)
    notice = Notice.objects.get()
    assert browser.post(reverse("notices:open", args=[notice.pk])).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_can_be_marked_read_at_once(browser, office, clerk, second_post):
    send(clerk, second_post, about=office)
    send(clerk, about=office)
    page = browser.get(reverse("notices:list")).content.decode()
    assert "Đánh dấu tất cả là đã đọc" in page
    assert "Còn 1 thông báo chưa đọc ở vị trí công tác khác" in page
    page = browser.post(reverse("notices:read_all"), follow=True).content.decode()
    assert "Số thông báo vừa đánh dấu là đã đọc: 2." in page
    assert "Đánh dấu tất cả là đã đọc" not in page


def test_looking_at_a_full_list_takes_few_queries(browser, office, clerk, django_assert_max_num_queries):
    for _time in range(60):
        send(clerk, about=office)
    with django_assert_max_num_queries(20):
        first = browser.get(reverse("notices:list"))
    assert first.content.decode().count("Bạn được giao") == 50


def test_a_stranger_is_sent_to_sign_in(db):
    assert Client().get(reverse("notices:list")).status_code == 302
