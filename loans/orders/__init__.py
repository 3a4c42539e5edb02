"""Orders: what a prescriber asks for, its checks, approval and allocation."""
