"""Words typed beside a packet or mail may bear a secrecy mark too; pages and API ask here before any verb."""

from __future__ import annotations

from mocban.people.actor import Actor
from mocban.secrecy.choices import Channel
from mocban.secrecy.services import refuse_if_secret

from .models import Mail, Packet


def check_words(text: str, *, packet: Packet, actor: Actor, channel: Channel) -> None:
    """Raise secrecy.SecretRefused (an incident is kept) for typed text with a secrecy mark. Outside a transaction."""
    refuse_if_secret(
        text=text,
        channel=channel,
        sender=actor.person_name,
        packet_id=packet.document_key,
        actor=actor,
        organisation=packet.organisation,
    )


def check_mail_words(text: str, *, mail: Mail, actor: Actor, channel: Channel) -> None:
    """The same for words typed about a mail."""
    refuse_if_secret(text=text, channel=channel, sender=actor.person_name, actor=actor, organisation=mail.organisation)
