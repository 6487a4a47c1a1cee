"""Whether an outlet still is as it was: counted, compared with its own recent runs, judged, held back."""
