"""What is to be done: by record, by day, and for calendar programs."""
