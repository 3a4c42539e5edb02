"""The two stock models side by side on the same year."""
