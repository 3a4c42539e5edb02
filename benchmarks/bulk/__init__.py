"""Years of a busy store made in bulk: millions of rows that the product's own checks accept."""
