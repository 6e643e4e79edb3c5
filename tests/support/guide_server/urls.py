"""What a test needs of the server: to save a ticket in its database, and to log in."""

import json

from django.contrib import auth
from django.contrib.auth.models import User
from django.http import HttpRequest, JsonResponse
from django.urls import path

from tests.support.guide_server.desk.models import Ticket


def save(request: HttpRequest) -> JsonResponse:
    wanted = json.loads(request.body)
    row = Ticket.objects.filter(id=wanted.pop("id", 0)).first() or Ticket()
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save()
    return JsonResponse({"id": row.id})


def login(request: HttpRequest) -> JsonResponse:
    user, _ = User.objects.get_or_create(username="kiosk")
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return JsonResponse({"sessionid": request.session.session_key})


urlpatterns = [path("save", save), path("login", login)]
