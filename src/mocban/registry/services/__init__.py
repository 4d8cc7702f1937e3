"""The verbs of the registry, a module for each noun."""
