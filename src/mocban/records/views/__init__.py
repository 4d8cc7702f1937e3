"""Pages of records, a module for each noun."""
