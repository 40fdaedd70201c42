"""What the law and the board want on paper: yearly report, records, measures, breaches."""
