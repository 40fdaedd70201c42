"""The node over HTTP: operations, desk, health and the operator's mail in one application."""
