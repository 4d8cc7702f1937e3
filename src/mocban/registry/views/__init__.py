"""Pages of the registry, a module for each desk."""
