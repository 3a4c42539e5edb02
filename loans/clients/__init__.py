"""Clients: the people the equipment is for."""
