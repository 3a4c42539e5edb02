"""How old loans are when they come back: a life table of the cohort that went out."""
