"""What is asked of lines, seats and people."""
