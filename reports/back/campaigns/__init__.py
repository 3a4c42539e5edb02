"""From the list to a campaign, and what the campaign brought back."""
