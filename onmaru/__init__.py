"""Onmaru: one hall onto which every room of a company opens."""

__version__ = "0.1.0"
