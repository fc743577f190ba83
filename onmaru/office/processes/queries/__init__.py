"""Where instances stand and how long; simulations; who sees them."""
