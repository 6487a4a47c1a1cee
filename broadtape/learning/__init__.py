"""Boilerplate learnt from an outlet's archived texts."""
