"""What anybody may read: what the service lent in its last whole year, and what came back."""
