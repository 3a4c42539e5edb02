"""What is put to the board: motions, the votes of the partners, what was decided."""
