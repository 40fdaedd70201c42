"""Member engines for firms without IT, in a process and under a user of their own."""
