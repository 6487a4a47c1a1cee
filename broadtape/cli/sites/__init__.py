"""`broadtape sites`: the outlets of the configuration."""

from __future__ import annotations

from broadtape.cli.common.lazy_group import LazyGroup

__all__ = ["sites"]

sites = LazyGroup(
    name="sites",
    sections={
        "Commands": {
            "list": ("broadtape.cli.sites.list:list_sites", "List the outlets: whether and how they are crawled."),
            "show": ("broadtape.cli.sites.show:show_site", "Show everything that holds of one outlet."),
            "add": ("broadtape.cli.sites.add:add", "Look at an outlet and draft its file."),
            "try": ("broadtape.cli.sites.try_page:try_page", "Try an outlet's rules on a saved page."),
            "check": ("broadtape.cli.sites.check:check", "Validate the outlets' files, and try them on the outlets."),
            "record": ("broadtape.cli.sites.record:record", "Save a page and its article as a test case."),
        }
    },
    help="The configured outlets: one YAML file each under sites/ in the configuration folder.",
    epilog="""\b
Examples:
  broadtape sites list
  broadtape sites add https://www.example.com
  broadtape sites check example --live
""",
)
