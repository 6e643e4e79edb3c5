import os

from django.urls import re_path

from . import consumers

KINDS = {
    "nothing": consumers.DashboardConsumer,
    "polling": consumers.PollingConsumer,
    "signals": consumers.SignalsConsumer,
}
consumer = KINDS[os.environ.get("GUIDE_PUSHES", "nothing")]

websocket_urlpatterns = [
    re_path(r"ws/dashboard_control/$", consumer.as_asgi()),
]
