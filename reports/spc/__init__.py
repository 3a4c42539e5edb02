"""Control charts as NHS boards read them: what is usual, what is not, and is the target met."""
