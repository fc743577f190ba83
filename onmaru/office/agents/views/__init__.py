"""The address that agents speak to, and cards of contacts."""
