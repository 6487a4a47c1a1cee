"""What is no part of a story by its tag, its build or its name; and taking it out with a trace."""
