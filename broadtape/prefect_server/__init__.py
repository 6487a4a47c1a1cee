"""Prefect's server, for a process that has not imported Prefect: found, started, waited for, ended."""
