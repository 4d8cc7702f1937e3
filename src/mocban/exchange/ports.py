"""What the exchange asks of the world outside: transports, mail servers, and an inspector of what arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from mocban.content.examine import Examined
from mocban.content.models import DigitalObject

from .choices import MessageKind, ParcelState


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that waits for a body: the transport's id of it, who posted it, and its bytes."""

    transport_id: str
    sender_code: str
    kind: MessageKind
    data: bytes = field(repr=False)


class Transport(Protocol):
    """Carries edXML between bodies.

    `send` and `acknowledge` are called inside the transaction of the change: an adapter to a network queues there and
    works afterwards, so that a rollback sends nothing. `receive` gives the waiting messages of a body one by one,
    oldest first; a message that is not acknowledged is given again, so the caller is idempotent.
    """

    def reaches(self, code: str) -> bool:
        """Whether a body with this electronic code can be delivered to."""
        ...

    def send(self, data: bytes, *, sender: str, to: str, kind: MessageKind) -> str:
        """Hand over a message and return the transport's id. Raises RuleBroken `exchange.unreachable`."""
        ...

    def receive(self, code: str) -> Iterator[Delivery]: ...

    def acknowledge(self, transport_id: str, outcome: ParcelState) -> None:
        """Say what became of a delivery (DONE or FAIL); it is not given again. Repeating it changes nothing."""
        ...


class MailFailed(Exception):
    """A mail server did not do what was asked.

    `reason`: unreachable, tls, login, folder, dropped (try again later); refused (never try again); uncertain (nobody
    knows whether the message went out). `sentence` is for the person, with the server's own words where it has some.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Where and how to sign in at a mail server."""

    host: str
    port: int
    security: str
    login: str
    password: str = field(repr=False)
    done_folder: str = ""


class MailSource(Protocol):
    """The inbox at a server, open. Messages are named by their UID, which `validity` makes unique for ever.

    Nothing here changes the server but `done`. Every method raises MailFailed.
    """

    @property
    def validity(self) -> int: ...

    def listing(self, after: int) -> list[tuple[int, int]]:
        """(UID, size in bytes) of every message whose UID is greater, in ascending order."""
        ...

    def message(self, uid: int) -> tuple[bytes, datetime] | None:
        """The whole message and when the server got it; None when it is there no more."""
        ...

    def head(self, uid: int) -> bytes:
        """The header alone, b"" when the message is there no more."""
        ...

    def done(self, uid: int) -> None:
        """Mark the message as read, or move it to the folder of the account. Repeating it changes nothing."""
        ...


class MailSink(Protocol):
    """A server that sends."""

    def send(self, data: bytes, *, sender: str, recipient: str, envelope_id: str) -> str:
        """Hand over one message, asking for delivery reports where the server can; return what it answered.

        Raises MailFailed.
        """
        ...


class Inspected(Protocol):
    """What the inspector answers: the file may be stored, and this is what it is."""

    @property
    def examined(self) -> Examined: ...


Inspector = Callable[..., Inspected]
"""(data, name, *, declared_level, fields, channel, sender, packet_id, actor, organisation) -> Inspected.

Looks at a received file before anything is written. Raises RuleBroken for a file that may not be stored. It stands
above this app (records.intake), so the installation names it: settings.EXCHANGE_INSPECTOR.
"""


class Signatures(Protocol):
    """Checks the signatures of files that came in together, in the background, and tells what is known of them.

    It stands beside this app (signing.arrivals), so the installation names it: settings.EXCHANGE_SIGNATURES.
    """

    def queue(self, objects: Sequence[DigitalObject]) -> None: ...

    def shown(self, objects: Sequence[DigitalObject]) -> Any:
        """What a page shows before the files are accepted, for the fragment signing/_arrivals.html."""
        ...


_LOOPBACK = "mocban.exchange.adapters.loopback.LoopbackTransport"


def transport() -> Transport:
    """The transport of this installation (settings.EXCHANGE_TRANSPORT; without it, the loopback)."""
    return cast(Transport, import_string(getattr(settings, "EXCHANGE_TRANSPORT", _LOOPBACK))())


def signatures() -> Signatures:
    """The checker of signatures of this installation."""
    return cast(Signatures, import_module(settings.EXCHANGE_SIGNATURES))


def inspector() -> Inspector:
    """The inspector of this installation. Raises AttributeError when none is named: nothing is received unseen."""
    named: Any = settings.EXCHANGE_INSPECTOR
    return cast(Inspector, import_string(named) if isinstance(named, str) else named)
