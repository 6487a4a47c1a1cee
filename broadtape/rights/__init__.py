"""What publishers say about being fetched, kept and mined: robots.txt, TDM reservations, signals of a page. Pure."""
