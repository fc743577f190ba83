"""What the room puts into the pages of others."""
