"""The names that exchanges go by in news and releases."""

from __future__ import annotations

import re

__all__ = ["CODES", "EXCHANGE", "PLACE", "SPACED_CLASS", "of_mic"]

CODES = frozenset(
    "NASDAQ NASDAQGS NASDAQGM NASDAQCM NASD NYSE NYSEARCA NYSEAMERICAN NYSEMKT AMEX CBOE BATS BZX IEX OTC OTCMKTS "
    "OTCQX OTCQB OTCID OTCPK OTCBB OTCPINK PINK PINX TSX TSXV CVE CNSX CSE NEO LSE LON AIM AQSE AQX FRA FSE FWB ETR "
    "XETRA XETR STU MUN BER DUS HAM TRADEGATE EURONEXT ENXTPA ENXTAM EPA PAR AMS EBR BRU ELI ISE SWX SIX VTX BX BIT "
    "MIL EGM "
    "BME BMAD MCE MAD STO OMX CPH HEL OSE OSL NGM WSE GPW NEWCONNECT VIE WBAG BUD PSE ATHEX ATSE BIST MOEX MCX TASE "
    "TLV "
    "TADAWUL ADX DFM QSE EGX MSX JSE NGX BRVM ASX NZX NZE HKEX HKG SEHK HKSE SGX SES TYO TSE JPX KRX KRS KOSPI KOSDAQ "
    "KONEX TPE TWSE TWO TPEX SSE SHSE SHA SZSE SHE BSE NSE BOM NSI IDX SET BKK KLSE MYX HOSE HNX UPCOM PSX BVMF B3 "
    "BOVESPA BMV BIVA BCBA BCS BVMT LUSE BHB BYMA BVC BVL".split()
)
_MICS = {
    "XNAS": "NASDAQ", "XNGS": "NASDAQ", "XNYS": "NYSE", "XASE": "AMEX", "ARCX": "NYSEARCA", "XLON": "LSE",
    "XTSE": "TSX", "XTSX": "TSXV", "XETR": "XETRA", "XPAR": "EPA", "XAMS": "AMS", "XHKG": "HKEX", "XASX": "ASX",
    "XTKS": "TSE",
}  # fmt: skip
_CITIES = "Paris|Amsterdam|Brussels|Lisbon|Dublin|Milan|Oslo"
_NAMES = (
    r"Nasdaq(?:[ -](?:GS|GM|CM|Global Select|Global|Capital|National|First North(?: Growth Market| Premier)?|Stockholm|"
    r"Copenhagen|Helsinki|Iceland|Riga|Tallinn|Vilnius|Nordic|Baltic|Dubai|OMX|SmallCap|Stock|Select|Exchange|"
    r"Market))*",
    r"NYSE[ /-]?(?:Arca|American|MKT|Texas|National|Chicago|Amex|Euronext|Alternext)",
    r"OTC(?:[ -]?(?:Markets? Group|Markets?|Pink|QB|QX|ID|PK|BB|Bulletin|Best|Venture|Expert|Sheets|Limited|Current|"
    r"Board)\b)+",
    r"Pink[ -]?Sheets",
    r"TSX[-. ]?V|TSX[ -]Venture(?: Exchange)?",
    r"Cboe(?: (?:Canada|CA|BZX|Global|Europe))?|(?:Aequitas )?NEO Exchange",
    rf"(?:Euronext|Alternext)(?:[ -](?:Growth|Access|Expand|Star|Tech Leaders))*\+?(?:[ -](?:{_CITIES})(?:,? (?:and|"
    rf"&) (?:{_CITIES}))?)?",
    r"Aquis(?: (?:Stock Exchange|Exchange|Growth Market))?|AIM Italia|London AIM",
    r"SIX(?: Swiss(?: Exchange)?)?|BX Swiss|Oslo (?:Børs|Bors)|Borsa Ital(?:iana|"
    r"y)|"
    r"Börse [A-Z]\w+|Deutsche Börse|Wiener Börse|Bolsa (?:de Madrid|Mexicana(?: de Valores)?|de Santiago)|BME Growth|"
    r"Borsa [İI]stanbul|Bursa(?: Malaysia)?|Boursa Kuwait|Saudi Exchange|Spotlight(?: Stock Market)?|First North|"
    r"Nordic Growth Market|SGX-ST|Singapore Exchange|NSE India|Indonesia Stock Exchange|Tel Aviv(?: Stock Exchange)?",
    r"(?:[A-Z][\w.]+ ){1,2}(?:Stock|Securities) Exchange(?: of [A-Z]\w+)?|Stock Exchange of [A-Z]\w+(?: [A-Z]\w+)?",
    r"(?:Nigerian|Athens|Ghana|Egyptian|Cyprus|Bermuda|Bahrain|Botswana|Bucharest|Zagreb|Ljubljana|Warsaw|Prague|Budapest|"
    r"Colombo|Jamaica|Kazakhstan|Luxembourg|Malta|Mauritius|Nairobi|Namibian|Abu Dhabi|Qatar|Muscat|Johannesburg|"
    r"Philippine|Singapore|Pakistan|Dhaka) Exchange(?: Group)?|Bolsa de (?:Valores de )?[A-Z]\w+|B[oö]rse [A-Z]\w+",
    r"纳斯达克|納斯達克|纽交所|纽约证券交易所|港交所|香港交易所|上交所|深交所|上证|深证|東証(?:プライム|スタンダード|グロース)?|東京証券取引所|나스닥|코스닥|코스피|"
    r"뉴욕증권거래소|ナスダック",
)
PLACE = (
    r"London|Frankfurt|Stuttgart|Munich|Berlin|Paris|Milan|Madrid|Zurich|Oslo|Stockholm|Copenhagen|Helsinki|Vienna|"
    r"Warsaw|"
    r"Dublin|Brussels|Lisbon|Amsterdam|Luxembourg|Athens|Prague|Budapest|Bucharest|Istanbul|Tel Aviv|Riyadh|Dubai|"
    r"Jakarta|Manila|Bangkok|Kuala Lumpur|Santiago|Bogot[aá]|Lima|Buenos Aires|Mexico|Düsseldorf|Hamburg|Hannover|"
    r"Toronto|Sydney|Tokyo|Osaka|Seoul|Taipei|Singapore|Hong Kong|Shanghai|Shenzhen|Mumbai|Johannesburg|São Paulo|"
    r"SZ|SH|LN|GR|FP|IM|SM|SW|NA|JP|HK|TT|KS|AU|US|CN"
)
"""Cities and countries that stand for their exchanges, within brackets alone."""
EXCHANGE = "|".join((*_NAMES, *sorted(CODES, key=len, reverse=True)))
"""A pattern for the name of an exchange, to be matched without regard to case."""
SPACED_CLASS = re.compile(
    r"(?i)stockholm|copenhagen|helsinki|iceland|nordic|first north|spotlight|mexicana|^(?:sto|cph|hel|omx|ngm|bmv|"
    r"biva)$"
)
"""Exchanges whose symbols have a share class behind a space, such as `VOLV B`."""


def of_mic(code: str) -> str | None:
    """The usual name of an exchange given its own or its ISO 10383 code; None for what is neither."""
    code = code.upper()
    return _MICS.get(code) or (code if code in CODES else None)
