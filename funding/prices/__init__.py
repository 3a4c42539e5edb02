"""What the contract pays for: prices of activities, and what is credited on reuse."""
