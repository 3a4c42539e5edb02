"""When a budget asks for somebody's attention: the thresholds of a fund, and who changes them."""
