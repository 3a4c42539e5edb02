"""Clients, orders and their checks, authorisation, allocation, loans."""
