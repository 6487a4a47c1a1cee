"""The command `broadtape`."""
