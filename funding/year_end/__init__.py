"""The end of a financial year: settled by the terms, shared with the provider, signed off."""
