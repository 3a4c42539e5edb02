"""What anybody may send from an item's page, without an account."""
