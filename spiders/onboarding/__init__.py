"""Getting to know an outlet: small polite crawls whose answers help to write, check and try its file."""
