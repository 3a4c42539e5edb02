"""A month's activity as a file: read, checked whole, then attributed and posted by a job."""
