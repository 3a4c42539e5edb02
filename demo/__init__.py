"""A year in the life of a pooled store, told by calling the real actions."""
