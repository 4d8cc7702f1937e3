"""The door for every file from outside: looked at in memory, before anything is written anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mocban.capture.services import intake_text
from mocban.content.examine import Examined, examine
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.secrecy import services as secrecy


@dataclass(frozen=True)
class Accepted:
    """A file that may be stored: its bytes, what examining found, its first text, and notes for the clerk."""

    examined: Examined
    data: bytes
    text: str
    readable: bool


def accept(
    data: bytes,
    name: str,
    *,
    declared_level: str = "",
    fields: Sequence[str] = (),
    channel: str,
    sender: str = "",
    packet_id: str = "",
    actor: Actor,
    organisation: Organisation,
) -> Accepted:
    """Examine a file and refuse what may not come in; nothing is stored, logged or queued here.

    `fields` are texts typed beside the file (subject and notes), which may bear a mark too.
    Raises RuleBroken for a file that is not what its name says, is empty, encrypted, or carries macros;
    secrecy.SecretRefused (an incident is kept) when it is declared secret or bears a secrecy mark.
    """
    examined = examine(data, name)
    read = intake_text(data, examined)
    secrecy.refuse_if_secret(
        declared_level=declared_level,
        text="\n".join([*fields, read.text]),
        sha256=examined.sha256,
        channel=channel,
        sender=sender,
        packet_id=packet_id,
        actor=actor,
        organisation=organisation,
    )
    return Accepted(examined=examined, data=data, text=read.text, readable=read.readable)
