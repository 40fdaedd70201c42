"""Login of staff: sessions, mail links, passkeys, single sign-on; for any room and any store."""
