"""Whether an address may be fetched, and when: hosts, private networks, robots.txt, turns at a host."""
