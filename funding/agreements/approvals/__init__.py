"""What the board approved of the agreement: kept by the decision's code, decided elsewhere."""
