from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import models
from django.db.models.signals import post_save
from django.dispatch import receiver

GROUP = "dashboard_group"


class Ticket(models.Model):
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    assigned_to = models.CharField(max_length=100, blank=True)
    priority = models.CharField(max_length=20, default="medium")
    status = models.CharField(max_length=20, default="open")
    entity = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class Project(models.Model):
    name = models.CharField(max_length=200)
    responsible = models.CharField(max_length=100)
    status = models.CharField(max_length=20, default="in_progress")
    completed = models.IntegerField(default=0)
    in_progress = models.IntegerField(default=0)
    pending = models.IntegerField(default=0)
    progress = models.IntegerField(default=0)
    due_date = models.DateField()
    updated_at = models.DateTimeField(auto_now=True)


class Acknowledgement(models.Model):
    """One ``acknowledge`` as it came; the same one twice is two rows."""

    ticket = models.CharField(max_length=200)
    by = models.CharField(max_length=200)
    at = models.CharField(max_length=40)
    client = models.CharField(max_length=100)


@receiver(post_save, sender=Ticket)
def ticket_saved(sender: Any, instance: Any, created: bool, **kwargs: Any) -> None:
    message = {"type": "ticket_update", "ticket_id": instance.id, "created": created}
    async_to_sync(get_channel_layer().group_send)(GROUP, message)
