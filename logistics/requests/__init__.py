"""What the public asks by a label: a collection, a repair, that we fetch what was found."""
