"""Profile formats: a foreign document to a candidate and back, without any file access."""
