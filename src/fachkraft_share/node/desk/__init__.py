"""The desk: the candidate's pages at the node, without account, cookie or JavaScript."""
