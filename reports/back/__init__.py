"""Equipment to ask back: what is most likely reusable and not needed, and what asking brings."""
