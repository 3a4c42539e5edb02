"""Labels of the depot itself: its stores, its places and the commands of a shift."""
