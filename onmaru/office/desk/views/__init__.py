"""The pages of the room, and what it puts into those of others."""
