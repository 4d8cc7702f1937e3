"""Pages of signing, one module a noun."""
