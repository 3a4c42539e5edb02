"""The open import and export: the world's way in and out. Empty until it is built."""
