"""The web entry point for granian, imported once in each of its worker processes."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from mocban.config import processes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mocban.config.settings")
if os.environ.get("MOCBAN_MODE"):  # started by our supervisor: no worker outlives granian's main process
    processes.die_with_parent()
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # the first visitor does not wait for it, and a broken page fails the start
