"""What a program may ask of the house."""
