"""What the console log leaves out. Imported before the apps are ready, so it imports none of them."""

import logging
from http import HTTPStatus


class Failures(logging.Filter):
    """Lets pass what failed unexpectedly: a 503 is what the health page answers on purpose, every second at a start."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", 500) != HTTPStatus.SERVICE_UNAVAILABLE
