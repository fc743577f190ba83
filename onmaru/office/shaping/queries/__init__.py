"""Named reads of this room: the shape that holds now, and entities shaped by it."""
