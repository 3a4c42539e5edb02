"""What every page has: the writes decorator, form base, filters, layout, components, static."""
