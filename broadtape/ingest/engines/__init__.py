"""What does work: worker processes of this machine, or Dask's on others. One seam, one setting."""
