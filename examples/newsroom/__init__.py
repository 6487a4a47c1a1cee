"""The sample newsroom: four invented outlets served over real HTTP on loopback, with what the web serves besides news.

`with Newsroom() as room:` starts it within a test; `python -m examples.newsroom serve` starts it by hand.
"""

from examples.newsroom.expectation import Expected, Skipped
from examples.newsroom.log import Request
from examples.newsroom.newsroom import Newsroom, PortInUse

__all__ = ["Expected", "Newsroom", "PortInUse", "Request", "Skipped"]
