"""What needs no database: confirmations, and cards of contacts as text."""
