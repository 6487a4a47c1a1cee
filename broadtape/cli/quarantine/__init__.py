"""`broadtape quarantine`: pages that a run held back, and what becomes of them."""

from __future__ import annotations

from broadtape.cli.common.lazy_group import LazyGroup

__all__ = ["quarantine"]

quarantine = LazyGroup(
    name="quarantine",
    sections={
        "Commands": {
            "list": ("broadtape.cli.quarantine.list:list_held", "List what is held back, with the reason."),
            "show": ("broadtape.cli.quarantine.show:show", "Show a page that is held back beside the last good one."),
            "approve": ("broadtape.cli.quarantine.approve:approve", "Publish pages that were held back."),
            "reject": ("broadtape.cli.quarantine.reject:reject", "Keep pages out for good."),
            "undo": ("broadtape.cli.quarantine.undo:undo", "Take back that an outlet's looks are usual."),
        }
    },
    help="Pages that are held back: a run publishes no texts that are not as the outlet's texts use to be.",
    epilog="""\b
Examples:
  broadtape quarantine list
  broadtape quarantine show https://www.example.com/markets/story
  broadtape quarantine approve marketferry
""",
)
