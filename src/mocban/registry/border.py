"""What a page and an endpoint do alike between a cleaned form and the service: look at files, build what it takes.

Everything here runs outside a transaction: a secret is refused, and a draft converted, before anything is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from mocban import law
from mocban.capture.services import to_pdf
from mocban.exchange.models import Packet
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.lib.typed_days import read_day
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Unit
from mocban.people.selectors import holders, hosted_bodies, in_force
from mocban.records.intake import Accepted, accept
from mocban.records.services import DocumentFields
from mocban.secrecy.choices import Channel
from mocban.secrecy.services import refuse_if_secret

from .choices import ReceivedVia
from .duplicates import Earlier, find_earlier
from .forms import ArrivalForm, CorrectionForm, DraftForm, InstructionForm, PacketArrivalForm, split_code
from .models import Envelope, Incoming, Outgoing, Task
from .selectors import issuers_of
from .services.drafting import DraftFile, DraftPlan, create_draft
from .services.incoming import Arrival, correct_incoming, register_incoming, register_packet
from .services.instructions import Orders
from .signature_checks import check_files, check_stored
from .taking import TakenScan

PDF = "application/pdf"
TEXTS = ("doc", "docx", "odt")  # of annexes; a table laid out in pages is no longer the table


class AlreadyRegistered(RuleBroken):
    """The same number, symbol and issuer, or the same file, was registered before; `confirmed` goes on all the same."""

    def __init__(self, found: Sequence[Earlier], citation: str = "") -> None:
        message = _("Văn bản này có thể đã đăng ký: %(earlier)s. Hãy xem lại, và chỉ đăng ký tiếp nếu là văn bản khác.")
        super().__init__("incoming.already_registered", message % {"earlier": found[0]}, citation)
        self.found = found


def enter_arrival(
    form: ArrivalForm,
    *,
    channel: Channel,
    actor: Actor,
    organisation: Organisation,
    on: date,
    scan: TakenScan | None = None,
    envelope: Envelope | None = None,
) -> tuple[Incoming, list[Accepted]]:
    """Register what the cleaned form describes; also return the files as they were looked at.

    `scan` is the file of the scan folder that the form belongs to: then it is the document. `envelope` came back from
    its addressee with an official matter in it.
    Raises AlreadyRegistered, InvalidSignature, SecretRefused, RuleBroken, PermissionDenied.
    """
    cleaned, document = form.cleaned_data, form.document()
    uploads = [upload for upload in [cleaned["file"], *cleaned["annexes"]] if upload]
    sources = [ContentFile(scan.data, name=scan.row.name), *uploads] if scan else uploads
    files = look_at(
        sources,
        document,
        level=cleaned["secrecy"],
        sender=document.issuer_name,
        channel=channel,
        actor=actor,
        organisation=organisation,
    )
    if not cleaned["confirmed"]:
        check_earlier(document, files, organisation, actor=actor, on=on)
    invalid = check_files(files, seen=cleaned["signatures_seen"], organisation=organisation, on=on)
    arrival = Arrival(
        invalid_seen=invalid,
        document=document,
        arrived_on=cleaned["arrived_on"],
        received_via=way_in(cleaned["received_via"], has_file=bool(files), scanned=scan is not None),
        files=files,
        handle_by=cleaned["handle_by"],
        scan=scan.row if scan else None,
        envelope=envelope,
        late_reason=cleaned["late_reason"],
    )
    return register_incoming(arrival=arrival, book=cleaned["book"], actor=actor, on=on), files


def way_in(chosen: str, *, has_file: bool, scanned: bool) -> ReceivedVia:
    """How a document came: as chosen; else paper when it was scanned here or has no file."""
    if chosen:
        return ReceivedVia(chosen)
    return ReceivedVia.PAPER if scanned or not has_file else ReceivedVia.UPLOAD


def look_at(
    uploads: Sequence[Any],
    document: DocumentFields,
    *,
    level: str,
    channel: Channel,
    actor: Actor,
    organisation: Organisation,
    sender: str = "",
) -> list[Accepted]:
    """Look at every upload in memory; a declared level, or a mark in the typed words, is refused without a file too."""
    common: dict[str, Any] = {"declared_level": level, "sender": sender, "actor": actor, "organisation": organisation}
    words = (document.subject, document.description)
    if not uploads:
        typed = Channel.FORM if channel == Channel.UPLOAD else channel
        refuse_if_secret(text="\n".join(words), channel=typed, **common)
    return [accept(upload.read(), upload.name, fields=words, channel=channel, **common) for upload in uploads]


def check_earlier(
    document: DocumentFields,
    files: Sequence[Accepted],
    organisation: Organisation,
    *,
    actor: Actor,
    on: date,
    packet: Packet | None = None,
) -> None:
    """Raise AlreadyRegistered when the body holds the same number, symbol and issuer, or the same file."""
    key = in_force(organisation, "registry.duplicate_key", on=on)
    found = find_earlier(
        document,
        organisation=organisation,
        actor=actor,
        key=key,
        digests=[file.examined.sha256 for file in files],
        packet=packet,
    )
    if found:
        raise AlreadyRegistered(found, key.citation)


def may_be_earlier(typed: Mapping[str, Any], *, organisation: Organisation, actor: Actor, on: date) -> list[Earlier]:
    """Probable duplicates of what is typed so far: issuer_name, printed_code, issued_on and sha256, as they stand."""
    number, notation = split_code(clean_line(str(typed["printed_code"])))
    day = typed["issued_on"]
    fields = DocumentFields(
        kind_code="",
        kind_name="",
        subject="",
        code_number=number,
        code_notation=notation,
        issuer_name=str(typed["issuer_name"]),
        issued_on=day if isinstance(day, date) else read_day(clean_line(str(day)), today=on),
    )
    key = in_force(organisation, "registry.duplicate_key", on=on)
    digests = [str(typed["sha256"])] if typed["sha256"] else []
    return find_earlier(fields, organisation=organisation, actor=actor, key=key, digests=digests)


def enter_packet(
    form: PacketArrivalForm, packet: Packet, *, channel: Channel, actor: Actor, organisation: Organisation, on: date
) -> Incoming:
    """Register a waiting packet as the cleaned form describes it. Raises as `enter_arrival`."""
    cleaned, document = form.cleaned_data, form.document()
    look_at([], document, level="", sender=packet.peer_name, channel=channel, actor=actor, organisation=organisation)
    if not cleaned["confirmed"]:
        check_earlier(document, (), organisation, actor=actor, on=on, packet=packet)
    held = [attachment.object for attachment in packet.attachments.select_related("object__organisation")]
    invalid = check_stored(held, seen=cleaned["signatures_seen"], organisation=organisation, on=on)
    arrival = Arrival(
        invalid_seen=invalid,
        document=document,
        arrived_on=cleaned["arrived_on"],
        received_via=ReceivedVia.EXCHANGE,
        handle_by=cleaned["handle_by"],
        late_reason=cleaned["late_reason"],
    )
    return register_packet(packet=packet, arrival=arrival, book=cleaned["book"], actor=actor, on=on)


def packet_values(packet: Packet, organisation: Organisation, *, on: date) -> dict[str, Any]:
    """The form's first values from the packet; the kind is found by its name, whatever the sender's code."""
    kinds = {kind.name_vi.casefold(): kind.code for kind in law.kinds(regime=organisation.regime, on=on)}
    return {
        "arrived_on": on,
        "issuer_name": packet.peer_name,
        "issuer_code": packet.peer_code,
        "printed_code": packet.printed_code,
        "issued_on": packet.issued_on,
        "kind_code": kinds.get(packet.kind_name.casefold(), ""),
        "subject": packet.subject,
        "signer_name": packet.signer_name[:50],
        "signer_title": packet.signer_title[:100],
        "urgency": min(packet.urgency, 3),
        "handle_by": packet.due_on,
    }


def enter_correction(form: CorrectionForm, entry: Incoming, *, channel: Channel, actor: Actor, on: date) -> Incoming:
    """Correct an entry as the cleaned form says. Raises SecretRefused, RuleBroken, Stale, PermissionDenied."""
    document = form.document()
    look_at([], document, level="", channel=channel, actor=actor, organisation=entry.organisation)
    return correct_incoming(
        entry=entry,
        values=document,
        handle_by=form.cleaned_data["handle_by"],
        actor=actor,
        on=on,
        version=form.cleaned_data["version"],
    )


def orders_of(form: InstructionForm) -> Orders:
    """What the leader wrote in a cleaned form."""
    cleaned = form.cleaned_data
    return Orders(
        opinion=cleaned["opinion"],
        lead_unit=cleaned["lead_unit"],
        cooperating=list(cleaned["cooperating"]),
        officer=cleaned["officer"],
        handle_by=cleaned["handle_by"],
    )


def draft_choices(organisation: Organisation, *, on: date) -> dict[str, Any]:
    """What a DraftForm of the body offers on that day."""
    return {
        "organisation": organisation,
        "on": on,
        "signers": holders(organisation.pk, Role.LEADER, on=on).select_related("person"),
        "bodies": hosted_bodies().exclude(pk=organisation.pk),
        "issuers": issuers_of(organisation.pk),
    }


def enter_draft(
    form: DraftForm, *, unit: Unit, task: Task | None, channel: Channel, actor: Actor, on: date
) -> Outgoing:
    """Begin the outgoing document that the cleaned form describes. Raises as `enter_arrival`."""
    cleaned, document = form.cleaned_data, form.document()
    uploads = [cleaned["file"]] if cleaned["file"] else []
    files = look_at_drafts(
        uploads, document, level=cleaned["secrecy"], channel=channel, actor=actor, organisation=unit.organisation
    )
    plan = DraftPlan(
        document=document,
        unit=unit,
        signer=cleaned["signer"],
        recipients=form.recipient_lines(),
        reply_to=task.incoming if task else None,
        task=task,
        issuer=cleaned["issuer"],
        later_signers=cleaned["later_signers"],
        joint=cleaned["joint_bodies"],
    )
    return create_draft(plan=plan, file=files[0] if files else None, actor=actor, on=on)


def look_at_drafts(uploads: Sequence[Any], document: DocumentFields, **common: Any) -> list[DraftFile]:
    """As `look_at`, and convert what did not come as PDF. Raises RuleBroken."""
    return [DraftFile(accepted=accepted, pdf=as_pdf(accepted)) for accepted in look_at(uploads, document, **common)]


def next_draft(upload: Any, outgoing: Outgoing, *, channel: Channel, actor: Actor) -> DraftFile:
    """Look at the next version of a draft. `outgoing` comes with document and organisation."""
    held = outgoing.document
    document = DocumentFields(kind_code=held.kind_code, kind_name=held.kind_name, subject=held.subject)
    [file] = look_at_drafts(
        [upload], document, level="", channel=channel, actor=actor, organisation=outgoing.organisation
    )
    return file


def next_enclosed(uploads: Sequence[Any], outgoing: Outgoing, *, channel: Channel, actor: Actor) -> list[DraftFile]:
    """Look at annexes; what is a text is converted to PDF so that it can be signed, a table stays as it is."""
    held = outgoing.document
    document = DocumentFields(kind_code=held.kind_code, kind_name=held.kind_name, subject=held.subject)
    common: dict[str, Any] = {"channel": channel, "actor": actor, "organisation": outgoing.organisation}
    files = look_at(uploads, document, level="", **common)
    return [DraftFile(one, as_pdf(one) if one.examined.extension in TEXTS else b"") for one in files]


def as_pdf(accepted: Accepted) -> bytes:
    """The file itself, or its conversion."""
    if accepted.examined.media_type == PDF:
        return accepted.data
    return to_pdf(data=accepted.data, examined=accepted.examined)


def officers_of(task: Task, *, on: date) -> Any:
    """Positions to which the head of the task's unit may hand it."""
    return holders(task.organisation_id, Role.OFFICER, on=on, unit_id=task.unit_id)
