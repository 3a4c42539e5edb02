"""What an item says of itself: GS1 identity, QR, label sheets, the loan slip, the public page."""
