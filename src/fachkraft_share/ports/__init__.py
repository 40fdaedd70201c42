"""What an adapter, a store or a mailer offers, with the guards that stand before them."""
