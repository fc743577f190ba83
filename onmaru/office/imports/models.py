"""What people taught about the headers of files."""

from __future__ import annotations

from django.db import models


class Alias(models.Model):
    """A header that somebody said goes to a field: every later file of these records knows it."""

    entity = models.CharField(max_length=60)
    header = models.CharField(max_length=100)
    word = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entity", "header"], name="one_meaning_per_header")]
