"""Forms and pages on which a version of the agreement is drafted and changed."""
