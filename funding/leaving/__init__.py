"""The way out: the whole ledger, or a month of it, in forms that other systems take over."""
