"""Pages of the archives, a module for each noun."""
