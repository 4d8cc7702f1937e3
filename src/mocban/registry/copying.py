"""What pages and endpoints of copies and amendments do alike before a service: look at files and at typed words.

Everything here runs outside a transaction: a secret is refused before anything is written.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Unit
from mocban.people.selectors import holders, hosted_bodies
from mocban.records.intake import accept
from mocban.records.models import Document
from mocban.records.selectors import main_part
from mocban.secrecy.choices import Channel
from mocban.secrecy.services import refuse_if_secret

from .border import look_at_drafts
from .choices import AmendmentKind, Medium, SourceForm
from .copy_forms import AmendForm, CopyForm
from .models import Amendment, Copy, Outgoing
from .services.amendments import begin_amendment
from .services.copies import PDF, CopyPlan, request_copy
from .services.drafting import DraftPlan


def copy_choices(organisation: Organisation, *, on: date) -> dict[str, Any]:
    """What a CopyForm of the body offers on that day: leaders and the head of office sign copies."""
    leaders = holders(organisation.pk, Role.LEADER, on=on)
    offices = holders(organisation.pk, Role.HEAD_OF_OFFICE, on=on)
    signers = (leaders | offices).distinct().select_related("person")
    return {"organisation": organisation, "on": on, "signers": signers}


def first_values(document: Document) -> dict[str, Any]:
    """A likely first choice: an electronic original is printed, paper is digitised."""
    part = main_part(document)
    if part and part.object.media_type == PDF:
        return {"source_form": SourceForm.ORIGINAL, "from_medium": Medium.ELECTRONIC, "to_medium": Medium.PAPER}
    return {"source_form": SourceForm.MAIN, "from_medium": Medium.PAPER, "to_medium": Medium.ELECTRONIC}


def check_words(text: str, *, channel: Channel, actor: Actor, organisation: Organisation) -> None:
    """Raise secrecy.SecretRefused (an incident is kept) for typed words with a secrecy mark."""
    refuse_if_secret(text=text, channel=channel, sender=actor.person_name, actor=actor, organisation=organisation)


def enter_copy(form: CopyForm, document: Document, *, channel: Channel, actor: Actor, on: date) -> Copy:
    """Ask for the copy that the cleaned form describes. Raises SecretRefused, RuleBroken, PermissionDenied."""
    cleaned, organisation = form.cleaned_data, document.organisation
    typed = "\n".join([cleaned["excerpt"], cleaned["purpose"], cleaned["recipients"]])
    check_words(typed, channel=channel, actor=actor, organisation=organisation)
    upload, scan = cleaned["scan"], None
    if upload:
        scan = accept(upload.read(), upload.name, channel=channel, actor=actor, organisation=organisation)
    plan = CopyPlan(
        document=document,
        kind=cleaned["kind"],
        source_form=SourceForm(cleaned["source_form"]),
        from_medium=Medium(cleaned["from_medium"]),
        to_medium=Medium(cleaned["to_medium"]),
        signer=cleaned["signer"],
        recipients=cleaned["recipients"].splitlines(),
        amount=cleaned["amount"],
        pages=form.pages(),
        excerpt=cleaned["excerpt"],
        purpose=cleaned["purpose"],
    )
    return request_copy(plan=plan, scan=scan, actor=actor, on=on)


def amending_values(outgoing: Outgoing, kind: AmendmentKind, *, letter: str) -> dict[str, Any]:
    """First values of the document that puts another right: same kind (or a letter), subject, recipients."""
    document = outgoing.document
    codes = [one.code for one in outgoing.recipients.all() if one.code]
    others = [one.name for one in outgoing.recipients.all() if not one.code]
    opening = {
        AmendmentKind.AMEND: _("Sửa đổi, bổ sung %(kind)s %(code)s"),
        AmendmentKind.REPLACE: _("%(subject)s (thay thế %(kind)s %(code)s)"),
        AmendmentKind.CORRECT: _("Về việc đính chính %(kind)s %(code)s"),
    }[kind]
    values = {"kind": document.kind_name.lower(), "code": document.printed_code, "subject": document.subject[:300]}
    return {
        "kind_code": letter if kind == AmendmentKind.CORRECT else document.kind_code,
        "subject": opening % values,
        "signer": outgoing.signer_id,
        "recipients": list(hosted_bodies().filter(code__in=codes)),
        "other_recipients": "\n".join(others),
        "issuer": outgoing.issuer_id,
        "urgency": document.urgency,
    }


def enter_amendment(
    form: AmendForm,
    outgoing: Outgoing,
    kind: AmendmentKind,
    *,
    unit: Unit,
    channel: Channel,
    actor: Actor,
    on: date,
) -> Amendment:
    """Begin the amending document that the cleaned form describes. Raises SecretRefused, RuleBroken, Stale."""
    cleaned, document = form.cleaned_data, form.document()
    check_words(cleaned["reason"], channel=channel, actor=actor, organisation=outgoing.organisation)
    uploads = [cleaned["file"]] if cleaned["file"] else []
    level = cleaned["secrecy"]
    files = look_at_drafts(
        uploads, document, level=level, channel=channel, actor=actor, organisation=outgoing.organisation
    )
    plan = DraftPlan(
        document=document,
        unit=unit,
        signer=cleaned["signer"],
        recipients=form.recipient_lines(),
        issuer=cleaned["issuer"],
        joint=cleaned["joint_bodies"],
    )
    return begin_amendment(
        outgoing=outgoing,
        kind=kind,
        reason=cleaned["reason"],
        plan=plan,
        file=files[0] if files else None,
        actor=actor,
        on=on,
    )
