"""Rules and webhooks: made, tried, switched, run; told and sent."""

from onmaru.office.automation.commands import doing, messages, rules, running, webhooks

__all__ = ["doing", "messages", "rules", "running", "webhooks"]
