"""A believable small studio, the same for the same seed."""
