"""What the ledger adds up to, kept so that nobody need read all of it: days, last looks, addresses that are open."""
