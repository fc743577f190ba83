"""What cards answer, and whose dashboards are whose."""
