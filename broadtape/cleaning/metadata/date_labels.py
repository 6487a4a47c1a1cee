"""The words that stand beside a date: whether it is of the publication, of a change, or of something else."""

from __future__ import annotations

import re

__all__ = ["has_year", "is_bare", "is_elsewhere", "is_update", "of_an_update", "without_updates"]

_UPDATED = re.compile(
    r"\b(?:(?:last|letzte|latest)\s(?:update|change|active|edit)|letzte\sänderung|update(?=\s?:)|updated|modified|revised|"
    r"reviewed|edited|"
    r"aktualisiert|aktualisierung|geändert|änderung|bearbeitet|stand|mis à jour|mise à jour|màj|maj|modifié|"
    r"actualizad[oa]|actualización|modificad[oa]|aggiornat[oa]|aggiornamento|modificato|atualizad[oa]|atualização|"
    r"bijgewerkt|gewijzigd|uppdaterad|opdateret|oppdatert|päivitetty|zaktualizowano|aktualizacja|aktualizov[aá]no|"
    r"обновлено|изменено|оновлено|güncelle(?:me|ndi)|diperbarui|cập nhật|ενημ[εέ]ρωση|aktualizirano|actualizat)|"
    r"تحديث|अपडेट(?:ेड)?|最終更新|更新|수정|업데이트",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\b(?:(?:first\s|originally\s)?published|posted|created|released|publi[eé]e?|mise? en ligne|veröffentlicht|"
    r"erschienen|erstellt|publicad[oa]|pubblicat[oa]|"
    r"gepubliceerd|publicerad|publisert|udgivet|julkaistu|opublikowano|publikováno|zveřejněno|опубликовано|"
    r"опубліковано|objavljeno|objavljen|megjelent|publicat|δημοσιεύ\w+|"
    r"yayınlan\w+|đăng|diterbitkan)|公開|発表|発行|掲載|发布|發布|發佈|入稿|입력|등록|نشر|प्रकाशित",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?i)©|\(c\)|copyright|\b(?:expires?|deadline|due|born|event|webinar|starts?|ends?|venue|valid|until|"
    r"effective|as of|member since|joined|registered|registriert|mitglied seit|inscrit|founded|since|quarter|ended|"
    r"ending|retrieved|accessed|issue|vol(?:ume)?|termin|verfügbar bis|bis zum|gültig|jusqu.au|hasta|fino al|"
    r"anmeldeschluss|scadenza|échéance)\b"
)
# What begins with a figure is sought several times faster than a choice that does.
_YEAR = re.compile(r"\d(?:(?<=1)9\d\d|(?<=2)[045]\d\d|\d?[./]\d{1,2}[./]\d\d\b|年)")
# Digits of Arabic, Persian, the scripts of India, Thai, Lao and Burmese.
_ZEROS = "٠۰०০੦૦୦௦౦೦൦๐໐၀"
_DIGITS = {ord(zero) + value: str(value) for zero in _ZEROS for value in range(10)}
_BESIDE = re.compile(
    r"\W+|\d+|(?i:on|at|am|um|le|el|il|den|the|à|a|o|alle|ore|uhr|pm|h|hrs?|ist|gmt|utc|[ecmp][sd]?t|cet|cest)(?!\w)"
)
_WEEKDAY = re.compile(r"^\W*[^\W\d_]{2,12}[.,]\s")


def without_updates(text: str) -> str | None:
    """Of a text with labels what it says of the publication; None where it speaks of an update alone."""
    update = _UPDATED.search(text)
    if not update:
        return text
    published = _PUBLISHED.search(text)
    if published and published.start() < update.start():
        return text[published.start() : update.start()]
    if published:
        return text[published.start() :]
    before, after = text[: update.start()], text[update.end() :]
    own = _YEAR.search(after) or not before.rstrip().endswith(("-", "–", "("))
    return before if own and _YEAR.search(before) else None


def of_an_update(text: str) -> str:
    """Of a text that speaks of a change the label and what follows; all of it where the day comes first."""
    update = _UPDATED.search(text)
    return text[update.start() :] if update and _YEAR.search(text, update.end()) else text


def is_update(text: str) -> bool:
    """Whether words speak of a change."""
    return bool(_UPDATED.search(text))


def is_elsewhere(text: str) -> bool:
    """Whether a line gives the date of something else: an event, a deadline, a membership, a copyright."""
    return bool(_ELSEWHERE.search(text))


def has_year(text: str) -> bool:
    """Whether a text can hold a date with its year: cheap, and asked of every line."""
    return bool(_YEAR.search(text if text.isascii() else text.translate(_DIGITS)))


def is_bare(text: str, start: int, end: int) -> bool:
    """Whether a line is one date, from `start` to `end`, with a label, a weekday and a time of day at the most."""
    before = _WEEKDAY.sub("", _PUBLISHED.sub("", text[:start]))
    return not _BESIDE.sub("", f"{before} {text[end:]}") and not has_year(text[end:])
