"""Ways to carry packets."""
