"""Tickets over HTTP, so that a test can save one in the server's own database."""

import json

from django.http import HttpRequest, JsonResponse
from django.urls import path

from tests.support.django_upstream.desk.models import Ticket


def save(request: HttpRequest) -> JsonResponse:
    wanted = json.loads(request.body)
    row = Ticket.objects.filter(id=wanted.pop("id", 0)).first() or Ticket()
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save()
    return JsonResponse({"id": row.id})


urlpatterns = [path("save", save)]
