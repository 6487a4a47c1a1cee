"""Pages that carry no story: bot challenges, consent walls, errors served with status 200."""

from __future__ import annotations

import re

from broadtape.cleaning.page.head import Head
from broadtape.cleaning.page.parse import Page, parse
from broadtape.errors import NotAnArticle

__all__ = ["refuse_thin"]

_OPENING = 3_000
_SIGNS = (
    ("challenge", re.compile(
        r"(?i)(?:please )?enable (?:js|javascript|cookies) and (?:disable any ad ?blocker|cookies|reload|javascript)|"
        r"checking (?:your browser|if the site connection is secure)|verif(?:y|ying) (?:that )?you are (?:a )?human|"
        r"are you a robot|access to this page has been denied|attention required! \| cloudflare|just a moment\.\.\.|"
        r"unusual (?:traffic|activity) from your|ddos protection by|request unsuccessful\. incapsula|"
        r"pardon our interruption|"
        r"you have been blocked|access denied|bot detection|press (?:&|and) hold|complete the captcha|"
        r"confirm you.re (?:a )?human|javascript is (?:disabled|required)|needs? javascript to")),
    ("consent", re.compile(
        r"(?i)we (?:and our (?:\d+ )?partners )?(?:value|care about|respect) your privacy|before you continue to|"
        r"(?:accept|reject) all cookies|manage (?:your )?(?:cookie|privacy) (?:settings|preferences|choices)|"
        r"our (?:\d+ )?partners (?:store|process|use)|consent to (?:the use|our use|cookies)|"
        r"cookies zustimmen|mit werbung (?:weiterlesen|und cookies)|tout accepter|accepter (?:et fermer|les cookies)|"
        r"aceptar (?:todas las )?cookies|accetta (?:tutti i )?cookie|"
        r"aceitar (?:todos os )?cookies|zustimmung verwalten|"
        r"gdpr-info-request|is part of the yahoo family of brands")),
    ("maintenance", re.compile(
        # Spoken to the reader: a refinery's scheduled maintenance is news.
        r"(?i)we(?: will|.ll| should| expect to) be (?:right )?back (?:shortly|soon|online|in a )|"
        r"(?:this|our|the) (?:web ?)?(?:site|page|service) is (?:currently |temporarily )?"
        r"(?:being (?:updated|upgraded)|unavailable|offline|down for|under(?:going)? (?:scheduled )?maintenance)|"
        r"sorry for (?:the|any) inconvenience|please (?:try again|check back|come back) (?:later|soon|shortly|in a few)|"
        r"wir sind (?:gleich|bald|in kürze) (?:wieder )?(?:zurück|für sie da)|wartungsarbeiten an unserer|"
        r"(?:notre|le) site est (?:actuellement |temporairement )?(?:en maintenance|indisponible)|"
        r"(?:nuestro|el) sitio está (?:en mantenimiento|temporalmente)")),
    ("soft_404", re.compile(
        r"(?i)(?:page|article|story|content|url|link) "
        r"(?:you (?:requested|are looking for|were looking for|tried to reach)|"
        r"(?:is|was|has been|could|can)(?: ?n.t| not)? ?(?:be )?(?:found|moved|removed|deleted|longer|available))|"
        r"\b404\b|(?:page|file) not found|not found|no longer (?:available|exists)|something (?:has gone|went) wrong|"
        r"seite (?:wurde )?nicht gefunden|diese seite existiert nicht|page (?:introuvable|non trouvée)|"
        r"página no encontrada|pagina non trovata|página não encontrada|500 internal server error|"
            r"service unavailable")),
)  # fmt: skip
_TITLE_404 = re.compile(
    r"(?i)^\W*(?:error )?(?:404|410|not found|page not found|seite nicht gefunden|page introuvable|"
    r"página no encontrada|pagina non trovata)\b"
)
_TITLE_CHALLENGE = re.compile(
    r"(?i)^\W*(?:just a moment|attention required|access denied|are you a robot|pardon our interruption|"
    r"robot check|bloomberg - are you|security check|human verification)"
)


def refuse_thin(head: Head, text: str, words: int, page: Page) -> None:
    """Raise NotAnArticle where the little text a page gave is that of a wall or an error; the reason says which.

    A page with a real text passes whatever it speaks of.
    """
    title = head.page_title or ""
    if words < 150 and _TITLE_CHALLENGE.match(title):
        raise NotAnArticle("challenge", title[:80])
    if words < 150 and _TITLE_404.match(title) and not head.data.story:
        raise NotAnArticle("soft_404", title[:80])
    if words < 80 and not (head.data.story and words > 25):
        seen = f"{title}\n{text[:2000]}\n{_opening(page)}"
        for reason, pattern in _SIGNS:
            if match := pattern.search(seen):
                raise NotAnArticle(reason, match[0][:80])
    if words < 80 and b"<frameset" in page.data.lower():
        raise NotAnArticle("no_text", "the page only sets up frames")
    if words < 4:
        raise NotAnArticle("no_text", "nothing on the page reads as a story")


def _opening(page: Page) -> str:
    """The start of all text of the page, furniture included: a wall often stands in a dialog."""
    tree = parse(page.data, page.url).tree
    pieces: list[str] = []
    room = _OPENING
    for element in tree.iter():
        piece = (element.text or "").strip() if element.tag not in ("script", "style", "noscript", "title") else ""
        if piece:
            pieces.append(piece)
            room -= len(piece)
        if room <= 0:
            break
    return " ".join(pieces)
