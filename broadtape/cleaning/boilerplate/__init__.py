"""Lines that are no part of a story: by rule, by position, as learnt."""
