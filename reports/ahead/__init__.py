"""What is to be expected: demand with its range, growth and recycling in money, what not to buy."""
