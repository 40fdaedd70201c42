"""Events, states, membership, delivery and erasure as pure decisions over frozen values."""
