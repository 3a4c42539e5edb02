"""New goods: items with codes that nobody has had."""
