"""One-line embedding in other web applications: `fachkraft_share.init(app)`."""
