"""The authoriser: what waits for a decision, approving it, sending it back."""
