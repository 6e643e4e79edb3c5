"""What a test needs of the server: to save a ticket in its database, and what was acknowledged."""

import json
import time

from django.http import HttpRequest, JsonResponse
from django.urls import path

from tests.support.django_upstream.desk.models import Acknowledgement, Ticket


def save(request: HttpRequest) -> JsonResponse:
    wanted = json.loads(request.body)
    row = Ticket.objects.filter(id=wanted.pop("id", 0)).first() or Ticket()
    for name, value in wanted.items():
        setattr(row, name, value)
    began = time.monotonic()
    row.save()
    return JsonResponse({"id": row.id, "began": began})


def acknowledged(request: HttpRequest) -> JsonResponse:
    rows = Acknowledgement.objects.order_by("id").values("ticket", "by", "at", "client")
    return JsonResponse({"rows": list(rows)})


urlpatterns = [path("save", save), path("acknowledged", acknowledged)]
