import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.support.django_upstream.settings")
django = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import re_path  # noqa: E402

from tests.support.django_upstream.desk.consumers import (  # noqa: E402
    DashboardConsumer,
    LockedConsumer,
    WithoutDatabaseConsumer,
)

call_command("migrate", run_syncdb=True, verbosity=0)
routes = URLRouter(
    [
        re_path(r"ws/dashboard_control/$", DashboardConsumer.as_asgi()),
        re_path(r"ws/locked/$", LockedConsumer.as_asgi()),
        re_path(r"ws/without_database/$", WithoutDatabaseConsumer.as_asgi()),
    ]
)
application = ProtocolTypeRouter({"http": django, "websocket": AllowedHostsOriginValidator(routes)})
