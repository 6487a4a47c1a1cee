"""What runs did, counted from run to run on this machine, as Prometheus and those who speak its format read it."""
