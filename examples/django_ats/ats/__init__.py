"""A tiny applicant-tracking system."""
