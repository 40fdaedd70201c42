"""What a restart, a backup and a restore need: the journal replayed, quarantine, backups."""
