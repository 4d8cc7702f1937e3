"""Who may do what in the registry."""

from __future__ import annotations

from typing import Any

from mocban.people import access
from mocban.people.access import who
from mocban.people.actor import Actor
from mocban.people.choices import Role

from .choices import OutgoingStatus


def receives(actor: Actor, line: Any) -> bool:
    """Whom a document or envelope was handed: the person, or the head of the unit."""
    if line.position_id:
        return bool(line.position_id == actor.position_id)
    return line.unit_id is not None and heads_unit(actor, line)


def is_addressee(actor: Actor, envelope: Any) -> bool:
    return envelope.position_id is not None and envelope.position_id == actor.position_id


def heads_unit(actor: Actor, obj: Any) -> bool:
    """The head of the unit that the task or draft belongs to."""
    return obj.unit_id == actor.unit_id and actor.has(Role.HEAD_OF_UNIT)


def works_on(actor: Actor, task: Any) -> bool:
    """The officer to whom the task was given, or the head of its unit."""
    return task.assignee_id == actor.position_id or heads_unit(actor, task)


def drafts(actor: Actor, outgoing: Any) -> bool:
    return bool(outgoing.drafter_id == actor.position_id)


def signs(actor: Actor, outgoing: Any) -> bool:
    return bool(outgoing.signer_id == actor.position_id)


def signs_next(actor: Actor, outgoing: Any) -> bool:
    """Whose turn it is to sign: the first signer, then those after, in order."""
    if outgoing.status != OutgoingStatus.COSIGNING:
        return signs(actor, outgoing)
    following = outgoing.later_signers.filter(signed_at=None).order_by("ordinal").first()
    return following is not None and bool(following.position_id == actor.position_id)


def has_part(actor: Actor, outgoing: Any) -> bool:
    """Who drafts, approves or signs the document."""
    return drafts(actor, outgoing) or approves_or_signs(actor, outgoing)


def began(actor: Actor, amendment: Any) -> bool:
    """Who drafts the document that puts another right."""
    return bool(amendment.by_outgoing and amendment.by_outgoing.drafter_id == actor.position_id)


def approves_or_signs(actor: Actor, outgoing: Any) -> bool:
    return heads_unit(actor, outgoing) or signs(actor, outgoing) or signs_next(actor, outgoing)


def owns_batch(actor: Actor, batch: Any) -> bool:
    """A batch of signatures is the own act of whoever selected it."""
    return bool(batch.position_id == actor.position_id)


VERBS: access.Table = {
    "series.edit": who(Role.CLERK, Role.ADMINISTRATOR),
    "book.edit": who(Role.CLERK, Role.ADMINISTRATOR),
    "book.close": who(Role.CLERK, Role.HEAD_OF_OFFICE),
    "book.reopen": who(Role.CLERK, Role.HEAD_OF_OFFICE),
    "volume.seal": who(Role.CLERK),
    "hand_over.make": who(Role.CLERK),
    "hand_over.confirm": who(part=receives),
    "hand_over.note_receipt": who(Role.CLERK),
    "hand_over.undo": who(Role.CLERK),
    "post_item.send": who(Role.CLERK),
    "post_item.note_receipt": who(Role.CLERK),
    "kept_copy_use.lend": who(Role.CLERK),
    "kept_copy_use.take_back": who(Role.CLERK),
    "envelope.register": who(Role.CLERK),
    "envelope.return": who(Role.CLERK, part=is_addressee),
    # The clerk prepares and corrects; what enters ten years of numbers for good is let go by a second desk.
    "import.prepare": who(Role.CLERK, Role.HEAD_OF_OFFICE, Role.ADMINISTRATOR),
    "import.run": who(Role.HEAD_OF_OFFICE, Role.ADMINISTRATOR),
    "issuer.edit": who(Role.CLERK, Role.ADMINISTRATOR),
    "ledger.read": who(Role.CLERK, Role.ADMINISTRATOR, Role.HEAD_OF_OFFICE, Role.LEADER),
    "number.void": who(Role.CLERK),
    "number.reserve": who(Role.CLERK),
    "number.give_back": who(Role.CLERK),
    "number.elsewhere": who(Role.CLERK),
    "incoming.register": who(Role.CLERK),
    "incoming.change": who(Role.CLERK),
    "incoming.stamp": who(Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER),
    "incoming.instruct": who(Role.HEAD_OF_OFFICE, Role.LEADER),
    "task.assign": who(part=heads_unit),
    "task.start": who(part=works_on),
    "task.finish": who(part=works_on),
    "outgoing.draft": who(Role.OFFICER, Role.HEAD_OF_UNIT, Role.HEAD_OF_OFFICE, Role.CLERK),
    "outgoing.upload": who(part=drafts),
    "outgoing.submit": who(part=drafts),
    "outgoing.withdraw": who(part=drafts),
    "outgoing.approve": who(part=heads_unit),
    "outgoing.return": who(part=approves_or_signs),
    "outgoing.prepare": who(Role.CLERK, part=has_part),
    "outgoing.place": who(Role.CLERK, part=has_part),
    "outgoing.enclose": who(Role.CLERK, part=drafts),
    "outgoing.set_signers": who(part=drafts),
    "outgoing.sign": who(part=signs_next),
    "outgoing.sign_again": who(Role.CLERK, part=signs),
    "signing_batch.start": who(
        Role.CLERK, Role.LEADER, Role.HEAD_OF_OFFICE, Role.HEAD_OF_UNIT
    ),  # each document of it is asked for again
    "signing_batch.run": who(part=owns_batch),
    "outgoing.number": who(Role.CLERK),
    "outgoing.issue": who(Role.CLERK),
    "outgoing.recall": who(Role.LEADER),
    "outgoing.replace": who(Role.CLERK),
    "outgoing.amend": who(Role.OFFICER, Role.HEAD_OF_UNIT, Role.HEAD_OF_OFFICE, Role.CLERK),
    "outgoing.issue_paper": who(Role.CLERK),
    "outgoing.issue_from_paper": who(Role.CLERK),
    "amendment.cancel": who(Role.CLERK, Role.LEADER, part=began),
    "paper_return.note": who(Role.CLERK),
    "recall.answer": who(Role.CLERK),
    "copy.request": who(Role.CLERK, Role.OFFICER, Role.HEAD_OF_UNIT, Role.HEAD_OF_OFFICE, Role.LEADER),
    "copy.approve": who(part=signs),
    "copy.refuse": who(part=signs),
    "copy.number": who(Role.CLERK),
    "copy.make": who(Role.CLERK),
    "outgoing.cancel": who(Role.CLERK),
    "outgoing.enter_late": who(Role.CLERK),
    "outgoing.set_issuer": who(part=drafts),
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    access.check(VERBS, actor, verb, obj)


def may(actor: Actor, verb: str, obj: Any) -> bool:
    return access.may(VERBS, actor, verb, obj)
