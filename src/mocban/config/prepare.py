"""The last step of a start: make the demo world or welcome the first administrator. Runs beside web and worker."""

from __future__ import annotations

import sys

import django

from mocban.config import processes


def say(line: str) -> None:
    """One line of progress on the console."""
    print(line, flush=True)


def demo(address: str) -> None:
    """Build the demo world when it is not complete, then print where to log in and as whom."""
    from mocban.config import demo as world

    if not world.is_complete():
        say("Making the demo province (once; under two minutes) …")
        world.build(say)
    say("")
    for login, password, description in world.logins():
        say(f"  {login:<16} {password:<20} {description}")
    say(f"\nMộc Bản is ready: {address}  (Ctrl-C stops it)")


def up(address: str) -> None:
    """Print the one-time code of the first administrator as long as there is none."""
    from mocban.people import services as people

    code = people.first_admin_code()
    if code:
        say(f"No administrator yet. One-time code for the first one: {code}")
        say(f"Enter it at {address}/start/")
    say(f"Mộc Bản is ready: {address}")


if __name__ == "__main__":
    processes.die_with_parent()
    django.setup()
    {"demo": demo, "up": up}[sys.argv[1]](sys.argv[2])
