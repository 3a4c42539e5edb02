"""What every room may rely on and which relies on none."""
