"""What is asked of forms and papers."""
