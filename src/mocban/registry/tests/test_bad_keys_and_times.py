"""Keys and time authorities that fail at the pages that sign: a sentence, the state as before, nothing half signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from mocban.people.choices import Role
from mocban.people.models import Organisation, Person
from mocban.records.choices import ObjectRole
from mocban.registry.choices import Medium, OutgoingStatus, SigningItemState, SigningPurpose, SigningState, SourceForm
from mocban.registry.models import Copy, Outgoing, SigningBatch
from mocban.registry.services.signing_batches import make_signing_batch
from mocban.registry.services.signing_runs import run_signing_batch
from mocban.signing import keys as stores
from mocban.signing.adapters import devices
from mocban.signing.choices import KeyPlace
from mocban.signing.models import Signature, TimeAuthority
from mocban.signing.services import place_key
from mocban.signing.tests.servers import Served, serving
from tests import steps
from tests.contracts.keystores import PIN, SOFTHSM, TOKEN, WRONG
from tests.contracts.test_token_keys import PaperToken
from tests.world import DAY, World, browser

from .copying import numbered, requested
from .test_from_paper import entered, scan
from .test_token_signing import trusted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys")]


@pytest.fixture
def paper(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> PaperToken:
    """The module of a token with one try of the PIN left before it locks."""
    settings.PKCS11_MODULES = [f"hsm={SOFTHSM}"]
    token = PaperToken(1)
    monkeypatch.setattr(devices, "tokens", lambda module: [token])
    return token


def on_the_servers_token(owner: Person | Organisation, world: World) -> None:
    body = world.office.organisation
    certificate, chain = stores.store().certificate(stores.holder(owner)), stores.store().trust_roots()
    told = {"module": "hsm", "token": TOKEN, "serial": "", "key_id": "", "label": "khoa"}
    actor = world.actor(Role.ADMINISTRATOR) if owner == body else world.leader
    place_key(
        owner=owner, organisation=body, place=KeyPlace.TOKEN, settings=told, certificate=certificate, chain=chain,
        named=True, actor=actor,
    )  # fmt: skip


def to_sign(world: World) -> tuple[Outgoing, str, Person]:
    outgoing = steps.opened(steps.approved(world), world.leader)
    return (
        outgoing,
        reverse("registry:outgoing_sign", args=[outgoing.pk]),
        Person.objects.get(pk=world.leader.person_id),
    )


def to_issue(world: World) -> tuple[Outgoing, str, Organisation]:
    outgoing = steps.numbered(world)
    return outgoing, reverse("registry:outgoing_issue", args=[outgoing.pk]), world.office.organisation


def to_issue_from_paper(world: World) -> tuple[Outgoing, str, Organisation]:
    outgoing = entered(world, scan())
    return outgoing, reverse("registry:outgoing_from_paper", args=[outgoing.pk]), world.office.organisation


def to_copy(world: World) -> tuple[Copy, str, Organisation]:
    form = {"source_form": SourceForm.MAIN, "from_medium": Medium.PAPER, "to_medium": Medium.ELECTRONIC}
    source = entered(world, scan()).document
    copy = numbered(world, requested(world, source, scan=steps.accepted("ban-quet.pdf", scan()), **form))
    return copy, reverse("registry:copy_make", args=[copy.pk]), world.office.organisation


@pytest.mark.parametrize("made", [to_sign, to_issue, to_issue_from_paper, to_copy])
def test_the_last_try_of_a_pin_is_made_only_by_who_confirms_it_on_the_page(
    world: World, paper: PaperToken, made: Any
) -> None:
    subject, address, owner = made(world)
    on_the_servers_token(owner, world)
    client = browser(world.leader if isinstance(owner, Person) else world.clerk)
    before = (subject.document.parts.count(), Signature.objects.count())
    assert 'name="last_try"' not in client.get(address).content.decode()
    given = {"version": subject.version, "pin": PIN}
    asked = client.post(address, given)
    assert (asked.status_code, paper.asked) == (409, 0)
    assert "Chỉ còn một lần thử mã PIN" in asked.content.decode()
    assert 'name="last_try"' in asked.content.decode()
    locked = client.post(address, {**given, "pin": WRONG, "last_try": "on"})
    assert (locked.status_code, paper.asked) == (409, 1)
    assert "đã bị khóa" in locked.content.decode()
    version, subject = subject.version, type(subject).objects.get(pk=subject.pk)
    assert (subject.version, subject.document.parts.count(), Signature.objects.count()) == (version, *before)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as running:
        yield running


@pytest.fixture
def authority(world: World, served: Served) -> TimeAuthority:
    """The one time authority of the office, whose issuer two administrators trust."""
    trusted(served.pki.x509("interm"))
    return TimeAuthority.objects.create(organisation=world.office.organisation, name="Nơi cấp giờ", url="")


def now_at(authority: TimeAuthority, url: str) -> None:
    authority.url = url
    authority.save(update_fields=["url"])


NO_TIME = {
    "down": "Không nơi nào cấp được dấu thời gian",
    "rubbish": "Không nơi nào cấp được dấu thời gian",
    "day-late": "Đồng hồ máy chủ lệch 24 giờ",
}


@pytest.mark.parametrize(
    ("made", "after", "role"),
    [(to_sign, OutgoingStatus.SIGNED, ObjectRole.SIGNED), (to_issue, OutgoingStatus.ISSUED, ObjectRole.ISSUED)],
)
def test_without_a_good_time_stamp_a_document_stays_where_it_was_and_goes_on_once_there_is_one(
    world: World, served: Served, authority: TimeAuthority, made: Any, after: OutgoingStatus, role: ObjectRole
) -> None:
    now_at(authority, served.tsa())
    outgoing, address, owner = made(world)
    client, given = browser(world.leader if isinstance(owner, Person) else world.clerk), {"version": outgoing.version}
    before = outgoing.status
    for bad, sentence in NO_TIME.items():
        now_at(authority, served.tsa(bad))
        refused = client.post(address, given)
        outgoing.refresh_from_db()
        assert (refused.status_code, outgoing.status) == (409, before)
        assert sentence in refused.content.decode()
        assert not outgoing.document.parts.filter(role=role).exists()
        assert not outgoing.recipients.exclude(packet=None).exists()
    now_at(authority, served.tsa())
    assert client.post(address, given).status_code == 302
    outgoing.refresh_from_db()
    assert outgoing.status == after
    stored = outgoing.document.parts.get(role=role, superseded_at=None).object
    assert Signature.objects.get(signed_object=stored).timestamped_at


def test_a_batch_waits_for_a_good_time_stamp(world: World, served: Served, authority: TimeAuthority) -> None:
    documents = [steps.opened(steps.approved(world), world.leader) for _turn in range(2)]
    body = world.office.organisation
    batch = make_signing_batch(documents=documents, purpose=SigningPurpose.SIGN, organisation=body, actor=world.leader)
    client = browser(world.leader)

    def run_with(url: str) -> str:
        """Start the batch from its page and let it run; returns what the page says then."""
        now_at(authority, url)
        given = {"version": SigningBatch.objects.get(pk=batch.pk).version}
        assert client.post(reverse("registry:signing_start", args=[batch.pk]), given).status_code == 302
        run_signing_batch(batch=batch, on=DAY)
        return client.get(reverse("registry:signing_batch", args=[batch.pk])).content.decode()

    for bad, sentence in NO_TIME.items():
        assert sentence in run_with(served.tsa(bad))
        assert SigningBatch.objects.get(pk=batch.pk).state == SigningState.PAUSED
        assert set(batch.items.values_list("state", flat=True)) == {SigningItemState.WAITING}
    assert "Được 2/2" in run_with(served.tsa())
