"""Choosing a card, and the button that puts a list on a dashboard."""
