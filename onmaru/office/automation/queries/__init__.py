"""What rules look at: happenings, values, trials on the past, and the health of webhooks."""
