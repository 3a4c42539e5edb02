"""Storage: what keeping equipment in the depot costs, charged month by month."""
