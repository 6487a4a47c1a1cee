"""From WARC segments to rows: clean in worker processes, compare with what is known, commit."""
