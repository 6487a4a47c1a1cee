"""An archive that the examples can read."""

from tests.docs.archive_sample import sample

__all__ = ["sample"]
