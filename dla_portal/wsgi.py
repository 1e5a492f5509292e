import os

from django.core.wsgi import get_wsgi_application

from database.door import somebody_waits

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dla_portal.settings")
somebody_waits()
application = get_wsgi_application()
