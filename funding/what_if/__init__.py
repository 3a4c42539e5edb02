"""What if other rules had held: a draft of the rules tried over a past period, moving nothing."""
