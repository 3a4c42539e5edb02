"""Teams and practices side by side: who differs from the rest by more than chance."""
