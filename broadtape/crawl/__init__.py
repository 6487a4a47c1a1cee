"""The contract between a run and its crawl process: what is asked, what is told, how it is started and followed."""
