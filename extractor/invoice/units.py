"""Owns the codes of units of measure (UN/ECE Recommendation 20, with those of packages of 21 behind an X) by the words and signs that invoices print."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

UNIT_WORDS = {
    "C62": "u unit units anzahl einheit einheiten unité unités unidad unidades unità",
    "EA": "ea each",
    "H87": "pc pcs pce pces piece pieces stk stck st stück pièce pièces pza pzas pieza piezas pz pezzi stuk stuks szt peça peças",
    "SET": "set sets satz",
    "PR": "pair pairs paar paire paires",
    "LS": "lump-sum pauschal pauschale psch forfait",
    "XBG": "bag bags bg beutel",
    "XBO": "bottle bottles flasche flaschen fl bouteille bouteilles botella botellas bottiglia bottiglie fles flessen",
    "XBX": "box boxes bx",
    "XCT": "carton cartons ctn karton kartons",
    "XPK": "package packages pack packs pkg packung packungen",
    "XPX": "pallet pallets palette paletten palettes",
    "XRO": "roll rolls rol rolle rollen rouleau rouleaux",
    "XSA": "sack sacks säcke sac sacs",
    "SEC": "s sec second seconds sekunde sekunden",
    "MIN": "min mins minute minutes minuten minuti minutos",
    "HUR": "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur godz",
    "DAY": "d day days tag tage jour jours día días giorno giorni dag dagen",
    "WEE": "week weeks woche wochen semaine semaines",
    "MON": "month months monat monate mois mes meses mese mesi maand maanden",
    "ANN": "year years jahr jahre année années an ans año años anno anni jaar",
    "MGM": "mg",
    "GRM": "g gram grams gramm gr",
    "KGM": "kg kilo kilos kilogram kilograms kilogramm",
    "TNE": "t tonne tonnes",
    "LBR": "lb lbs pound pounds",
    "ONZ": "oz",
    "MMT": "mm",
    "CMT": "cm",
    "MTR": "m metre metres meter meters mtr lfm",
    "KMT": "km kilometre kilometres kilometer kilometers",
    "FOT": "ft foot feet",
    "INH": "inch inches",
    "MTK": "m² m2 qm sqm",
    "FTK": "ft² ft2 sqft",
    "MTQ": "m³ m3 cbm",
    "MLT": "ml",
    "CLT": "cl",
    "LTR": "l ltr litre litres liter liters litro litros",
    "WHR": "wh",
    "KWH": "kwh",
    "MWH": "mwh",
    "KWT": "kw",
}
_CODES: Mapping[str, str] = MappingProxyType({word: code for code, words in UNIT_WORDS.items() for word in words.split()})


def unit_code(printed: str) -> str | None:
    """The code of a unit as it is printed; None where its word is not known, or may mean several.

    >>> unit_code("Std."), unit_code("pcs"), unit_code("Liter(s)"), unit_code("HUR"), unit_code("can")
    ('HUR', 'H87', 'LTR', 'HUR', None)
    """
    word = printed.strip()
    return word if word in UNIT_WORDS else _CODES.get(word.casefold().removesuffix("(s)").rstrip("."))
