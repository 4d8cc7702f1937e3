"""Internet messages: read, understand and write them. Pure: no database, no network, nothing is executed or fetched.

`parse` never raises anything but `BadMail`, whatever the bytes are; it is called only inside the sandbox child
(exchange.mail_child), because the bytes come from strangers.
"""

from .authentication import Checked, checked
from .compose import Letter, build
from .limits import MAX_DEPTH, MAX_PARTS, MAX_TEXT
from .model import BadMail, Message, Outcome, Part, Report
from .parse import parse

__all__ = [
    "MAX_DEPTH",
    "MAX_PARTS",
    "MAX_TEXT",
    "BadMail",
    "Checked",
    "Letter",
    "Message",
    "Outcome",
    "Part",
    "Report",
    "build",
    "checked",
    "parse",
]
