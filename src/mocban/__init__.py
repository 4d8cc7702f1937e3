"""Mộc Bản: office records and archives."""

__version__ = "0.1.0"
