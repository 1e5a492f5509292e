import os

from django.core.wsgi import get_wsgi_application

from database.server_probe import use_reader_timeouts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dla_portal.settings")
use_reader_timeouts()
application = get_wsgi_application()

# No server runs Django's checks. It serves all the same: pages are read, and mails wait.
from mailing.checks import log_faults  # noqa: E402  # once Django is ready

log_faults()
