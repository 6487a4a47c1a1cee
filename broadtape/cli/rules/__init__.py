"""`broadtape rules`: what was learnt from the archive."""

from __future__ import annotations

from broadtape.cli.common.lazy_group import LazyGroup

__all__ = ["rules"]

rules = LazyGroup(
    name="rules",
    sections={
        "Commands": {
            "learn": ("broadtape.cli.rules.learn:learn", "Learn which lines are no part of any story."),
            "show": ("broadtape.cli.rules.show:show", "Show the learnt rules in force, with what they rest on."),
            "undo": ("broadtape.cli.rules.undo:undo", "Take learnt rules back, and their lines back into the texts."),
            "allow": ("broadtape.cli.rules.allow:allow", "Let rules that were taken back be learnt again."),
        }
    },
    help="Boilerplate that was learnt from the archive: lines that stand on many unrelated stories of an outlet.",
    epilog="""\b
Examples:
  broadtape rules show
  broadtape rules undo benzinga learnt:3fa9c2d1
""",
)
