"""Products that approved orders wait for, and giving out what has come in."""
