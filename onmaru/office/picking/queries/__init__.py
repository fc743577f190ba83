"""What may be put on a dashboard, by whom."""
