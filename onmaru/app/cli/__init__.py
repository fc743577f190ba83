"""The command line: every job of the house, by one name each."""
