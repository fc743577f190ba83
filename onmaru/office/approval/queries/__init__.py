"""What is asked of lines, documents and the records they are about."""
