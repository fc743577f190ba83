"""Webhooks, and the requests to them."""

from onmaru.office.webhooks.commands import messages, webhooks

__all__ = ["messages", "webhooks"]
