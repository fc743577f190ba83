"""Inquiries asked by programs."""
