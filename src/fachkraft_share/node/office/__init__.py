"""The coordinator's pages, served at `/office` of the node."""
