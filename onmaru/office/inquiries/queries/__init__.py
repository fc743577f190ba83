"""The inquiries of the office, each answered by the query behind its screen."""
