"""The verbs of who may see and do what."""

from onmaru.office.access.commands import grants, personal, retention, roles, rules, settings, tokens, users

__all__ = ["grants", "personal", "retention", "roles", "rules", "settings", "tokens", "users"]
