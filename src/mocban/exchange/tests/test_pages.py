"""The pages of the clerk, and the same over the API."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.urls import reverse

from mocban.api.paging import PageQuery
from mocban.content.selectors import holder, names
from mocban.exchange import services
from mocban.exchange.api import packets as api
from mocban.exchange.choices import PacketDirection, PacketState
from mocban.exchange.models import Packet
from mocban.people.models import Person
from mocban.secrecy.models import Incident

from .conftest import DAY, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def arrived(sender, receiver) -> Packet:
    send(sender, receiver)
    receiver.receive()
    [packet] = receiver.packets(direction=PacketDirection.IN)
    return packet


@pytest.fixture
def browser(client, receiver):
    client.force_login(Person.objects.get(login="vt-tu"))
    return client


@pytest.fixture
def request_of(rf, receiver):
    request = rf.get("/api/v1/packets")
    request.actor = receiver.clerk
    return request


def text(answer) -> str:
    return answer.content.decode()


class TestLists:
    def test_what_waits_stands_in_the_list_and_leads_to_the_packet(self, browser, arrived):
        shown = text(browser.get(reverse("exchange:waiting_list")))
        assert "V/v rà soát tài liệu tồn đọng" in shown
        assert reverse("exchange:packet", args=[arrived.pk]) in shown

    @pytest.mark.parametrize(("notation", "printed"), [("CV/ĐU", "12-CV/ĐU"), ("SNV-VP", "12/SNV-VP")])
    def test_number_and_symbol_stand_as_the_sender_prints_them(self, browser, arrived, notation, printed):
        Packet.objects.filter(pk=arrived.pk).update(code_number="12", code_notation=notation)
        assert printed in text(browser.get(reverse("exchange:waiting_list")))
        assert printed in text(browser.get(reverse("exchange:packet", args=[arrived.pk])))

    def test_lists_call_a_file_that_came_by_its_packet(self, sender, receiver, arrived):
        files = [one.object_id for one in arrived.attachments.all()]
        assert names(files, receiver.clerk) == dict.fromkeys(files, str(arrived))
        assert not set(names(files, sender.clerk).values()) & {str(arrived)}
        label, address = holder(files[0], receiver.clerk)
        assert (label, address) == (str(arrived)[:60], reverse("exchange:packet", args=[arrived.pk]))

    def test_an_answered_packet_leaves_the_waiting_list_and_stays_among_the_received(self, browser, receiver, arrived):
        services.refuse(packet=arrived, reason="Nhầm", actor=receiver.clerk, on=DAY)
        assert "V/v rà soát" not in text(browser.get(reverse("exchange:waiting_list")))
        assert "V/v rà soát" in text(browser.get(reverse("exchange:received_list")))

    def test_an_empty_list_says_what_will_stand_there(self, browser, receiver):
        assert "sẽ hiện ở đây" in text(browser.get(reverse("exchange:sent_list")))

    def test_a_full_list_takes_few_queries(self, browser, sender, receiver, django_assert_max_num_queries):
        for ordinal in range(8):
            send(sender, receiver, code_number=str(ordinal + 1))
        receiver.receive()
        browser.get(reverse("exchange:waiting_list"))
        with django_assert_max_num_queries(20):
            browser.get(reverse("exchange:waiting_list"))


class TestPacket:
    def test_the_page_shows_what_the_law_asks_for(self, browser, arrived, django_assert_max_num_queries):
        browser.get(reverse("exchange:packet", args=[arrived.pk]))
        with django_assert_max_num_queries(30):
            shown = text(browser.get(reverse("exchange:packet", args=[arrived.pk])))
        for word in ("Sở Nội vụ Lam Sơn (H99.10)", "12/SNV-VP", "01/09/2026", "Giám đốc, Nguyễn Văn Mẫu", "Khẩn"):
            assert word in shown
        assert "01 Đã đến" in shown
        assert "12-SNV-VP.pdf" in shown
        assert reverse("registry:packet_register", args=[arrived.pk]) in shown

    def test_hostile_words_are_escaped(self, browser, sender, receiver):
        send(sender, receiver, subject="<script>alert(1)</script>")
        receiver.receive()
        [packet] = receiver.packets(direction=PacketDirection.IN)
        shown = text(browser.get(reverse("exchange:packet", args=[packet.pk])))
        assert "<script>alert(1)" not in shown
        assert "&lt;script&gt;" in shown

    def test_a_packet_of_another_body_does_not_exist(self, browser, sender, receiver):
        sent = send(sender, receiver)
        assert browser.get(reverse("exchange:packet", args=[sent.pk])).status_code == 404

    def test_an_officer_does_not_see_it(self, client, arrived):
        client.force_login(Person.objects.get(login="cv-tu"))
        for name in ("packet", "packet_refuse"):
            assert client.get(reverse(f"exchange:{name}", args=[arrived.pk])).status_code == 404


class TestRefusing:
    def test_a_reason_refuses_and_leads_back(self, browser, arrived):
        answer = browser.post(reverse("exchange:packet_refuse", args=[arrived.pk]), {"reason": "Gửi nhầm"})
        arrived.refresh_from_db()
        assert (answer.status_code, arrived.state) == (302, PacketState.REFUSED)

    @pytest.mark.parametrize("reason", ["", "x" * 501])
    def test_without_a_fitting_reason_the_form_comes_back(self, browser, arrived, reason):
        answer = browser.post(reverse("exchange:packet_refuse", args=[arrived.pk]), {"reason": reason})
        arrived.refresh_from_db()
        assert (answer.status_code, arrived.state) == (422, PacketState.WAITING)

    def test_a_secret_typed_as_reason_is_refused_with_an_incident(self, browser, arrived):
        answer = browser.post(reverse("exchange:packet_refuse", args=[arrived.pk]), {"reason": "Văn bản\nTỐI MẬT"})
        arrived.refresh_from_db()
        assert (answer.status_code, arrived.state) == (422, PacketState.WAITING)
        assert Incident.objects.get().channel == "form"

    def test_a_second_refusal_says_why_not(self, browser, receiver, arrived):
        services.refuse(packet=arrived, reason="Nhầm", actor=receiver.clerk, on=DAY)
        answer = browser.post(reverse("exchange:packet_refuse", args=[arrived.pk]), {"reason": "Lại nữa"})
        assert "không còn chờ tiếp nhận" in text(answer)


class TestApi:
    def test_lists_and_one_packet(self, request_of, arrived):
        [item] = api.packet_list(request_of, PageQuery())["items"]
        assert item.pk == arrived.pk
        shown = api.packet_detail(request_of, arrived.pk)
        assert [status["code"] for status in shown["statuses"]] == ["01"]
        assert [file["name"] for file in shown["files"]] == ["12-SNV-VP.pdf"]

    def test_refusing(self, request_of, arrived):
        shown = api.packet_refuse(request_of, arrived.pk, api.Refusal(reason="Nhầm"))
        assert shown["state"] == PacketState.REFUSED
        assert api.packet_list(request_of, PageQuery())["items"] == []
        assert len(api.packet_list(request_of, PageQuery(), show="received")["items"]) == 1

    def test_the_packet_of_another_body_does_not_exist(self, request_of, sender, receiver):
        with pytest.raises(Http404):
            api.packet_detail(request_of, send(sender, receiver).pk)
