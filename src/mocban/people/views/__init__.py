"""Pages of this app: signing in and the own account, the first start, administration, import."""
