"""Who belongs to the alliance, and with whom it has agreed: statements, lists, agreements."""
