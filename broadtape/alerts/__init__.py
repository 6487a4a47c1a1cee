"""Telling somebody: once when an outlet's trouble starts, once when it ends, and that the schedule is alive."""
