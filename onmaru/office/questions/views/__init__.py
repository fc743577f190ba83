"""Questions asked by programs."""
