"""fachkraft-share: pass excellent applicants on, with their consent, from one employer to another."""
