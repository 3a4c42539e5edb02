"""What recycling above the agreed threshold earns the provider, from the board's own figures."""
