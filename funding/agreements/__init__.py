"""What the partners have agreed: who pays in, by which rules, at which prices, up to what."""
