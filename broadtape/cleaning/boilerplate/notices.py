"""What an outlet tells its readers of risks and of rights beside a story: it is told by the things that such a line
says together, and by where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from broadtape.cleaning.rendering.blocks import Block
from broadtape.cleaning.wall_words import SPEAKS_TO_READER

__all__ = ["notices"]

_LAST, _FIRST = 4, 1
"""Lines at the end and at the top that may be such a notice."""
_ALIKE = 2
"""So many at the most: a text that speaks so in more of its lines is about nothing else."""
_LONGEST = 1_500
# What a notice of risks speaks of: the risk, a loss, what is traded, and what the reader puts in.
_RISK = (
    r"risk|risik|risque|riesgo|rischi|risco|risico|ryzyk|риск|ризик|κίνδυν|κινδύν|مخاطر|סיכון|जोखिम|ความเสี่ยง|rủi ro|"
    r"风险|風險|リスク|위험",
    r"\blos[es]|losing|verlier|verlust|perdre|\bpertes?\b|perder|pérdida|perdit|\bperdas?\b|verliez|verlies|strac|\bstrat|"
    r"förlor|förlust|menett|kaybe|потер|втрат|χάσετε|απώλει|تخسر|خسار|להפסיד|הפסד|खो|नुकसान|สูญเสีย|ขาดทุน|\bmất\b|thua lỗ|"
    r"损失|損失|손실|잃",
    r"\bcfd|leverag|\bforex|margin|derivat|instrument|\btrading|handel|hebel|levier|apalanc|\bleva\b|alavanc|hefboom|"
    r"dźwigni|hävstång|vipu|rahoitusväli|kaldıraç|finansal|плеч|инструмент|торг|інструмент|συναλλαγ|تداول|أدوات|מסחר|"
    r"מכשירים|कारोबार|साधन|ซื้อขาย|เครื่องมือ|giao dịch|công cụ|交易|杠杆|金融|取引|거래",
    r"deposit|capital|\bmoney|einlage|kapital|dépôt|depósito|inleg|depozyt|insats|talletu|yatır|anapara|вн[её]сли|депозит|"
    r"внесли|κατάθεσ|إيداع|הפקדה|जमा|เงินฝาก|tiền gửi|存款|本金|預託|元本|예치|원금",
)
# What one of rights speaks of: whose use is meant, what is copied, how it is passed on, and who allows it.
_RIGHTS = (
    r"\bpersonal\b|non-?commercial|persönlich|privat|personnel|personale|\bpessoal\b",
    r"\bcop(?:y|ies)\b|reproduc|reprint|republish|vervielfältig|reprodu|riprodu|reproduz",
    r"\bdistribut|redistribut|\bsyndicat|broadcast|verbreit|weitergabe|diffus|distribu|distribuz",
    r"licen[sc]|permission|copyright|agreement|\bterms\b|lizenz|genehmigung|urheber|autorisation|autorizaci|autorizzaz|"
    r"autorizaç|derechos|diritti|direitos|droits",
)
_KINDS = tuple(tuple(map(re.compile, signs)) for signs in (_RISK, _RIGHTS))


def notices(blocks: Sequence[Block]) -> set[int]:
    """Which lines at the edges of a story tell the reader of the risks of trading, or of rights to the text. A story
    that is made of such lines keeps them."""
    edges = {*range(_FIRST), *range(max(0, len(blocks) - _LAST), len(blocks))} if len(blocks) > 1 else set()
    found = {i for i in edges if _is_notice(blocks[i].text)}
    alike = sum(_is_notice(block.text) for i, block in enumerate(blocks) if i not in edges) if found else 0
    return found if 0 < len(found) < len(blocks) and len(found) + alike <= _ALIKE else set()


def _is_notice(line: str) -> bool:
    if len(line) > _LONGEST:
        return False
    folded = line.casefold()  # once: to search without regard to case takes several times as long
    return any(all(s.search(folded) for s in signs) for signs in _KINDS) and bool(SPEAKS_TO_READER.search(folded))
