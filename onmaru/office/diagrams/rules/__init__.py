"""What a diagram may hold, and the engine that walks it."""
