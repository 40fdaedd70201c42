"""Pure rules: consent, vocabulary, de-identification, k-anonymity, matching, retention, formats."""
