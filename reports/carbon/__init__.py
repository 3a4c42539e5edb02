"""What recycling spares the climate: versioned factors, and what they rest on."""
