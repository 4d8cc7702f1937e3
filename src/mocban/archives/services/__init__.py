"""The verbs of the archives, a module for each noun."""
