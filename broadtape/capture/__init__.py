"""The ledger's rows: what each kind says, what stands in its `detail`, and which tell of trouble that may pass."""

from broadtape.capture.rows import Capture, Listing, Note, Outcome, Via

__all__ = ["Capture", "Listing", "Note", "Outcome", "Via"]
