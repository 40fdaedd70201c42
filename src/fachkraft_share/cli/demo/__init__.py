"""The story of one alliance, played by real processes, with every claim checked."""
