"""`./mocban token LOGIN`: issue an API token and print it once."""

from __future__ import annotations

import sys

import django

LABEL = "./mocban token"
DAYS = 30


def main(login: str, position: str) -> int:
    """Print the token of this person; 1 and a sentence when there is none to issue. `position` may be empty."""
    django.setup()
    from django.core.exceptions import PermissionDenied

    from mocban.lib.errors import RuleBroken
    from mocban.people import services

    try:
        print(services.token_for_login(login, label=LABEL, days=DAYS, position=position))
    except (RuleBroken, PermissionDenied) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
