"""What a room above says of itself."""

from django.db import models

exempt: list[type[models.Model]] = []
"""Kinds of record whose commands are never demanded an approval of: the documents of approval themselves."""
