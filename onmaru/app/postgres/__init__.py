"""The embedded PostgreSQL."""

from onmaru.app.postgres.account import Unable
from onmaru.app.postgres.cluster import DATABASE, ROLE, SUPERUSER, Cluster

__all__ = ["DATABASE", "ROLE", "SUPERUSER", "Cluster", "Unable"]
