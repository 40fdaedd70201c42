"""Member engines for firms without IT, in a process of their own. Nothing lives here yet."""
