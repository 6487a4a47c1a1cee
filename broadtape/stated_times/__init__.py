"""Reading the times that publishers state, in pages, feeds and sitemaps: pure, bounded, never guessing.

Three steps: the calendar day in a text (`days`, with `months`), the time of day beside it (`clocks`), and the zone it
holds in (`zones`); `reading` puts them together.
"""

from broadtape.stated_times.reading import EARLIEST, StatedTime, is_plausible, read_time

__all__ = ["EARLIEST", "StatedTime", "is_plausible", "read_time"]
