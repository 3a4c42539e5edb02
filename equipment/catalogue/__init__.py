"""The catalogue: its pages, and what changes a product after it has come in."""
