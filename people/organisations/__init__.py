"""Organisations: who they are, whom they succeeded, which practices and postcodes are theirs."""
