"""A copy of an archive that is being written: at one version, kept up to date, checked by digest."""
