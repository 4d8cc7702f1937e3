"""PDF work of signing: bytes in, bytes out; no database, no settings, no Django beyond translation marks."""
