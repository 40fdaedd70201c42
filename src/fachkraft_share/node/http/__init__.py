"""The HTTP shell around the node's services: Starlette app, group commit, long poll, serving."""
