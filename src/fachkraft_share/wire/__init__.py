"""What goes over the wire: strict JSON, signatures, sealing, keys and ids, over bytes."""
