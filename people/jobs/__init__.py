"""Work that takes long: a row with its progress, done in pieces, that starts where it stopped."""
