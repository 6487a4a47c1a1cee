"""What the site needs beyond `docs/`: pages that lie elsewhere in the project, and links to them."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
_PROJECT = "project/"
_PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "config/sites/README.md",
    "examples/newsroom/README.md",
]
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s#]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the project's other pages, and whatever any page links to that is no page."""
    for name in {*_PAGES, *_linked()}:
        files.append(File.generated(config, _PROJECT + name, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Links lead from where a page lies in the site."""
    here = _home(page.file.src_uri)
    return _LINK.sub(lambda link: _relative(_resolve(here, link[1]), page.file.src_uri), markdown)


def _home(uri: str) -> Path:
    """Where a page of the site lies in the project."""
    return ROOT / uri.removeprefix(_PROJECT) if uri.startswith(_PROJECT) else ROOT / "docs" / uri


def _resolve(page: Path, link: str) -> str:
    """What a link leads to, as an address within the site."""
    target = (page.parent / link).resolve().relative_to(ROOT).as_posix()
    return target.removeprefix("docs/") if target.startswith("docs/") else _PROJECT + target


def _relative(target: str, page: str) -> str:
    return "../" * page.count("/") + target


def _linked() -> set[str]:
    """Files outside of `docs/` that some page links to."""
    pages = [*(ROOT / "docs").glob("*.md"), *(ROOT / name for name in _PAGES)]
    links = {(page.parent / link).resolve() for page in pages for link in _LINK.findall(page.read_text("utf-8"))}
    inside = {path.relative_to(ROOT) for path in links if path.is_file() and path.is_relative_to(ROOT)}
    return {path.as_posix() for path in inside if path.parts[0] != "docs"}
