"""fachkraft-share: pass excellent applicants on to the next employer, with their consent."""
