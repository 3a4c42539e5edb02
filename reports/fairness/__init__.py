"""What each partner puts in and what it has of the pool, beside each other."""
