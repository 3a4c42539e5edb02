"""What is not told because somebody could be recognised, nor may be worked out from the rest."""
