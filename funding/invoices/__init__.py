"""What the host bills each partner for a closed month, with VAT as the fund has set it."""
