"""Prefect flows: what runs when, how often it is retried, what the operator sees."""
