"""What anybody reads who scans a label: whose it is, whether it is safe, how to give it back."""
