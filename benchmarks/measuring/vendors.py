"""Owns made-up vendors for measuring: names as companies have them, rule files as people write them, and pages of print."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from pathlib import Path

from extractor.geometry import Box
from extractor.layout import Layout, lay_out
from extractor.ocr import OcrRegion, OcrResult


def _words(text: str) -> list[str]:
    return text.split("|")


SURNAMES = _words(
    "Anderson|Baker|Bennett|Brown|Campbell|Carter|Clarke|Cooper|Davies|Edwards|Evans|Fisher|Foster|Graham|Gray|Green|Hall|Harris|Hughes|Jackson|"
    "Jenkins|Kelly|King|Lewis|Marshall|Mason|Mitchell|Moore|Morgan|Murphy|Parker|Patel|Phillips|Price|Reid|Richards|Roberts|Rogers|Scott|Shaw|"
    "Simpson|Stewart|Taylor|Turner|Walker|Watson|Wilson|Wood|Wright|Bauer|Becker|Braun|Fuchs|Hahn|Hartmann|Hoffmann|Huber|Kaiser|Keller|Koch|"
    "Krause|Krüger|Lehmann|Maier|Meyer|Möller|Müller|Neumann|Pfeiffer|Richter|Roth|Schäfer|Schmidt|Schneider|Scholz|Schröder|Schulz|Seidel|"
    "Sommer|Vogel|Wagner|Weber|Weiß|Winkler|Zimmermann|Bernard|Bonnet|Chevalier|Dubois|Dupont|Durand|Fontaine|Fournier|Garnier|Girard|Lambert|"
    "Laurent|Lefebvre|Leroy|Mercier|Moreau|Perrin|Renaud|Rousseau|Vincent|Rossi|Ferrari|Bianchi|Romano|Colombo|Ricci|Marino|Greco|Conti|Costa|"
    "Gallo|García|Fernández|González|López|Martínez|Sánchez|Pérez|Ruiz|Kowalski|Nowak|Wiśniewski|Lewandowski|Jansen|Bakker|Visser|Smit|Mulder|"
    "Peeters|Hendriks|Silva|Ferreira|Pereira|Oliveira|Ribeiro"
)
TRADES = _words(
    "Supplies|Services|Logistics|Electrical|Plumbing|Foods|Catering|Engineering|Consulting|Software|Printing|Packaging|Transport|Tools|"
    "Stationery|Office Supplies|Building Materials|Cleaning|Security|Telecom|Energy|Media|Design|Travel|Automotive|Medical|Textiles|Furniture|"
    "Garden Centre|Hardware|Timber|Steel|Bürobedarf|Elektrotechnik|Werkzeuge|Maschinenbau|Gebäudereinigung|Spedition|Druckerei|Metallbau|"
    "Haustechnik|Tischlerei|Großhandel|Lebensmittel|Verlag|Systemhaus|Beratung|Immobilien|Autohaus|Gartenbau|Imprimerie|Menuiserie|Fournitures|"
    "Boulangerie|Conseil|Électricité|Plomberie|Nettoyage|Traiteur|Papeterie|Informatique|Costruzioni|Forniture|Trasporti|Alimentari|Servizi|"
    "Impianti|Suministros|Transportes|Servicios|Construcciones|Usługi|Hurtownia|Techniek|Schoonmaak|Serviços|International|Group|Solutions|"
    "Technologies|Systems|Partners|Trading|Industries|Networks"
)
FORMS = _words(
    "Ltd|Ltd|Limited|PLC|LLP|Inc.|LLC|Corp.|GmbH|GmbH|GmbH & Co. KG|AG|e.K.|KG|SARL|SAS|SA|S.r.l.|S.p.A.|S.L.|B.V.|N.V.|Sp. z o.o.|Lda|& Sons Ltd|& Co."
)
PLACES = _words(
    "London|Leeds|Bristol|York|Derby|Oxford|Hull|Berlin|Hamburg|München|Köln|Bremen|Dresden|Kassel|Bonn|Paris|Lyon|Lille|Nantes|Milano|Roma|Torino|Madrid"
)
SYLLABLES = _words(
    "bri|ver|no|va|tek|lo|ra|mi|ta|ne|xo|qua|zen|pri|so|la|do|ker|bel|fin|gal|hor|kal|lum|nex|pel|rin|sol|tam|ur|vel|wen|yar|zil|sta|dra|blo|cor|den|gri"
)


@dataclass(frozen=True)
class Vendor:
    """A made-up company."""

    name: str
    vat_id: str
    iban: str
    domain: str


def vendors(count: int, seed: int = 5) -> list[Vendor]:
    """So many companies, no two of one name; the first are the same whatever the count."""
    made = random.Random(seed)
    found: dict[str, Vendor] = {}
    while len(found) < count:
        name = _name(made)
        domain = "".join(c for c in name.casefold() if c.isascii() and c.isalnum())[:20]
        found.setdefault(name, Vendor(name, f"DE{made.randrange(10**8, 10**9)}", _iban(made), domain))
    return list(found.values())


def _name(made: random.Random) -> str:
    kind, pick = made.random(), made.choice
    brand = "".join(pick(SYLLABLES) for _ in range(pick((2, 3, 3, 4)))).capitalize()
    if kind < 0.4:
        return f"{pick(SURNAMES)} {pick(TRADES)} {pick(FORMS)}"
    if kind < 0.52:
        return f"{pick(SURNAMES)} & {pick(SURNAMES)} {pick(FORMS)}"
    if kind < 0.72:
        return f"{brand} {pick(TRADES)} {pick(FORMS)}"
    if kind < 0.84:
        return f"{pick(PLACES)} {pick(TRADES)} {pick(FORMS)}"
    return f"{brand} {pick(FORMS)}" if kind < 0.96 else brand


def _iban(made: random.Random) -> str:
    """A German IBAN with right check digits (ISO 13616)."""
    account = f"{made.randrange(10**17, 10**18)}"
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


def rule_file(vendor: Vendor, number: int) -> str:
    """A rule file as people write them: most tell their vendor by its name, some by ids, a few by a regex."""
    name = f'"{vendor.name}"'
    ids = f"{{vat_id: {vendor.vat_id}}}, {{iban: {vendor.iban}}}"
    clues = (f"any: [{ids}, {name}]", f"any: [{{vat_id: {vendor.vat_id}}}, {{regex: 'www\\.{vendor.domain}\\.example'}}]")
    identify = clues[0] if number % 10 in (7, 8) else clues[1] if number % 10 == 9 else f"all: [{name}]"
    return (
        f"format: 1\nid: vendors/{number:05d}\nvendor: {{name: {name}}}\nextends: generic/{'de' if number % 3 else 'en'}\nidentify: {{{identify}}}\n"
        "currency: EUR\nfields:\n  number:\n    - label: ['Invoice #', Invoice No]\n      find: [right_of, below]\n      pattern: '[A-Z]{0,3}[-/]?\\d{4,}'\n"
        "  date: {label: [Invoice date, Date of invoice]}\n  total:\n    - {label: Total Amount, find: right_of}\n    - {regex: 'Pay\\s+(?P<value>[\\d.,]+)'}\n"
    )


def write_rules(folder: Path, made: list[Vendor]) -> Path:
    """A folder of rule files, a hundred in each folder below it."""
    for number, vendor in enumerate(made):
        path = folder / f"{number // 100:03d}" / f"{number:05d}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rule_file(vendor, number), encoding="utf-8")
    return folder


def printed(result: OcrResult, vendor: Vendor | None, made: random.Random, noise: float = 0.02) -> Layout:
    """The first pages of a document as if a vendor had sent it, read with so many wrong characters; None: as if nobody known had."""
    pages = []
    for page in result.pages[:2]:
        regions = [replace(region, text=_misread(region.text, made, noise)) for region in page.regions]
        if vendor is not None and page.number == 1:
            regions.insert(0, OcrRegion(_misread(vendor.name, made, noise), 99.0, Box(20, 2, 300, 12)))
            regions.append(OcrRegion(f"USt-IdNr. {vendor.vat_id}", 99.0, Box(20, page.height - 14, 300, 12)))
        pages.append(replace(page, regions=tuple(regions)))
    return lay_out(replace(result, pages=tuple(pages)))


def _misread(text: str, made: random.Random, noise: float) -> str:
    return "".join(made.choice("abcdeilnorst015 ") if made.random() < noise else character for character in text)
