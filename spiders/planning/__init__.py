"""Which of the listed stories this run fetches: new ones, those to be tried again, those to be looked at again."""
