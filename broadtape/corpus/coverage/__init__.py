"""What the archive holds of an outlet and what it does not: days, runs, missing stories and why."""
