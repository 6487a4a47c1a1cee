"""Starts the command: see `python -m examples.newsroom --help`."""

from examples.newsroom.command import main

if __name__ == "__main__":
    main(prog_name="python -m examples.newsroom")
