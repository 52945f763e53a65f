"""Owns what a name looks like: legal forms of companies, and what stands where names stand but is none."""

from __future__ import annotations

import regex

from extractor.invoice.addresses import is_place
from extractor.invoice.locales import country_names

MAX_NAME = 80
MAX_LOWER_WORDS = 5
"""A text with more words in small letters is a sentence."""

_FORMS = (
    # German-speaking countries
    r"(?i:g?gmbh|gesmbh|ges\.m\.b\.h\.|mbh)(?: ?(?:&|und|u\.) ?(?i:co)\.?(?: ?(?:KGaA|KG|OHG))?)?",
    r"KGaA|KG|OHG|oHG|AG|SE|GbR|PartG(?: ?mbB)?|UG(?: ?\(haftungsbeschränkt\))?|e\. ?[KVG]\.|eG|eV|eK|e\.K|Genossenschaft|Stiftung",
    # English-speaking countries, Malaysia, Singapore, India
    r"(?i:ltd|limited|llc|l\.l\.c|inc|incorporated|corp|corporation|plc|llp|pty|pte|pvt|sdn\.? ?bhd|bhd)\.?|Co\.",
    # countries with Romance languages
    r"(?i:s\.?a\.?r\.?l|s\.?à\.?r\.?l|eurl|sasu|s\.?a\.?s|s\.p\.a|s\.?r\.?l\.?s?|s\.?n\.?c|s\.?c\.?p\.?a|sprl|asbl|ltda|lda|eireli|unipessoal)\.?",
    r"S\.? ?A\. ?(?:U|de C\. ?V)\.?|S\. ?A\.?|S\. ?L\.(?: ?[UL]\.?)?|SA|SL|SLU|SAU|SpA|SPA|SCOP|SCI|SNC|C\.B\.|S/A",
    # Benelux, Nordic countries, Poland and others
    r"B\. ?V\.?|BV|N\. ?V\.?|NV|V\.?O\.?F\.?|A/S|ApS|AB|ASA|AS|Oyj?|(?i:sp\. ?z ?o\. ?o|spółka z o\.o)\.?|sp\. ?[jk]\.|s\.r\.o\.?|d\.o\.o\.?|Kft\.?",
)
_LEGAL_FORM = regex.compile(rf"(?<![\w.&-])(?:{'|'.join(_FORMS)})(?!\w)")

_PREFIX = regex.compile(
    r"(?i)\s*(?:(?:(?:company |seller |buyer )?name|firma|firm|company|nom|société|nombre|razón social|denominazione|ragione sociale|nome|razão social|naam"
    r"|bedrijf|nazwa|raison sociale)\s*:|(?:firma|fa\.|herrn?|frau|m/s\.?|messrs\.?)(?=\s+\p{L}))\s*"
)
_FOR_ATTENTION = regex.compile(r"(?i)\s*(?:attn|att|attention|z\. ?hd?|t\. ?a\. ?v|à l'attention de|c/o)\b[.:]*\s*")
_SEPARATORS = " \t\"'.:;,=-\u2013\u2014#>|*·•●∙/"
_LETTERS = regex.compile(r"\p{L}[\p{L}'’.&-]*\p{L}")
_LOWER_WORD = regex.compile(r"(?<![\p{L}'’])\p{Ll}+(?!\p{L})")
_HOUSE_NUMBER = regex.compile(r"\s\d{1,4} ?[a-z]?$")
_UNLIKE = regex.compile(r"[@·•●∙|\n]|:(?!\))|\bwww\.|https?:|(?<=\w)\.(?:com|net|org|de|fr|es|it|nl|pl|pt|eu|io)\b|\d[\d ./-]{6,}|\d[.,]\d{2}(?!\d)|\p{Sc}|%")
_LABEL_FIRST = regex.compile(
    r"(?i)(?:(?:an|to|from|von|à|de|eur|usd|gbp|chf)(?=:?$)|address|number|no(?=\.? ?[:\d])|herrn?$|frau$|id|tel|phone|fax|mobile|page"
    r"|date|attn|email|e-mail|ship|deliver"
    r"|bill(?:ed)? to|sold to|details|due|terms|payment|balance|amount|dear|thanks?"
    r"|fach(?:ärzt\w*|arzt|anwält\w*|anwalt) für|inhaber(?:in)?|inh"
    r"|nummer|nr|globale|gln|telefon|telefax|fon|seite|datum|anschrift|adresse|lieferadresse|ust|steuer\w*|handelsregister\w*|geschäftsführ\w*|sehr geehrte"
    r"|n°|nº|numéro|tél|date|siren|siret|tva|rue|capital|rcs|r\.c\.s|siège"
    r"|dirección|domicilio|número|teléfono|página|fecha|nif|cif|dni|calle|avda"
    r"|indirizzo|numero|telefono|pagina|data|p\.? ?iva|partita|codice|c\.f|via|piazza|cap"
    r"|endereço|morada|telef|telefone|nipc|contribuinte|cnpj|cpf|cep|inscrição|município|fornecedor|indicador"
    r"|adres|telefoon|btw|kvk|order|klant\w*|ul|al|numer|strona|nip|regon|krs"
    r"|(?:invoice|bill|document|issue|order|payment|rechnungs|beleg)[ -]?(?:date|datum|number|nummer|id|ref\w*)"
    r"|vat|gst|iban|bic|swift|bank|account|customer|kunden?\w*nummer|our|your|ihre?|unsere?|nos|vos|votre|notre)\b(?!\p{L})"
)
_FUNCTION_FIRST = regex.compile(
    r"(?:the|of|and|is|at|by|for|to|zu|der|die|das|und|von"
    r"|au|du|de|le|la|les|trois|régler|del|las|el|los|y|di|dei|il|lo|e|da|do|dos|os|as|het|van|en|i|na|z)(?=\s|$)"
)
_TITLE = regex.compile(
    r"(?i)(?:(?:tax|sales|vat|pro[- ]?forma|commercial|vendor|original|copy of|handels|schluss|abschlags|teil|storno|sammel|korrektur)[- ]?)*"
    r"(?:invoice|credit (?:note|memo)|bill|receipt|statement|quote|estimate|purchase order|rechnung|gutschrift|quittung|beleg|lieferschein|angebot"
    r"|facture|avoir|reçu|devis"
    r"|factura|abono|recibo|fattura|nota di credito|ricevuta|factuur|creditnota|faktura(?: vat)?|fatura|nota fiscal(?: eletrônica)?|danfe|paragon"
    r"|copy|kopie|copie|original|duplicat[ae]?"
    r"|logo|your logo|page|seite)(?:[- ]?(?:copy|kopie|original|nr|no|n°|number|nummer|details?)\.?)*"
)
_HEADING_LAST = regex.compile(r"(?i)(?:details?|informations?|infos?|address|summary|daten|angaben|adresse|dirección|indirizzo|gegevens|dane)$")
_CONTACT = regex.compile(
    r"(?i)\b(?:attn|attention|contact|kontakt|contacto|contatto|ansprechpartner\w*|abteilung|abt|dept?|department|département|service|referat|accounts? payable"
    r"|buchhaltung|rechnungsprüfung|c/o|z\. ?hd?|t\. ?a\. ?v|herrn?|frau|director|manager|geschäftsführer)\b"
)


def has_legal_form(text: str) -> bool:
    """Whether a text names a legal form of companies.

    >>> has_legal_form("Amber Kettle Ltd."), has_legal_form("Kettle Sp. z o.o."), has_legal_form("Amber Kettle")
    (True, True, False)
    """
    return _LEGAL_FORM.search(text) is not None


def is_legal_form(text: str) -> bool:
    """Whether a text is nothing but a legal form: the rest of a name.

    >>> is_legal_form("GmbH & Co. KG"), is_legal_form("Kettle GmbH")
    (True, False)
    """
    return _LEGAL_FORM.fullmatch(text.strip(_SEPARATORS + "()")) is not None or _LEGAL_FORM.fullmatch(text.strip()) is not None


def without_form(text: str) -> str:
    """A name without its legal form.

    >>> without_form("Kettle & Quill GmbH")
    'Kettle & Quill'
    """
    return _LEGAL_FORM.sub("", text).strip(_SEPARATORS)


def is_contact(text: str) -> bool:
    """Whether a text names a person or a department to turn to, rather than the company.

    >>> is_contact("Attn: Ada Quill"), is_contact("Quill & Sons")
    (True, False)
    """
    return _CONTACT.search(text) is not None


def is_title(text: str) -> bool:
    """Whether a text is what a document calls itself.

    >>> is_title("TAX INVOICE"), is_title("Rechnung / Invoice"), is_title("Invoice Ninjas Inc.")
    (True, True, False)
    """
    return all(_TITLE.fullmatch(part.strip(_SEPARATORS)) for part in text.strip(_SEPARATORS).split("/"))


def name_span(text: str) -> tuple[int, int] | None:
    """Where the name of a person or company stands in a piece of print; None where there is none.

    The piece must be little else than the name: a label or an address before it, behind it or in its place is none.

    >>> name_span("Name: Amber Kettle Ltd"), name_span("12 Kettle Road"), name_span("Tel. 0800 1234")
    ((6, 22), None, None)
    """
    prefix = _PREFIX.match(text)
    attention = _FOR_ATTENTION.match(text)
    start = attention.end() if attention and has_legal_form(text) else prefix.end() if prefix else 0
    while start < len(text) and text[start] in _SEPARATORS:
        start += 1
    end = len(text.rstrip(_SEPARATORS.replace(".", "")))
    name = text[start:end]
    heading = text.rstrip().endswith(":")
    return (start, end) if not heading and _is_name(name) else None


def _is_name(text: str) -> bool:
    if (
        not 2 <= len(text) <= MAX_NAME
        or text[0] in "(\u2020"
        or len(_LOWER_WORD.findall(text)) > MAX_LOWER_WORDS
        or not _LETTERS.search(text)
        or _UNLIKE.search(text)
        or is_place(text)
    ):
        return False
    if has_legal_form(text) and not is_legal_form(text):
        return not _FUNCTION_FIRST.match(text)
    if text[0].isdigit() or _HOUSE_NUMBER.search(text) or is_legal_form(text):
        return False
    if text.casefold() in country_names():
        return False
    return not (_LABEL_FIRST.match(text) or _FUNCTION_FIRST.match(text) or _HEADING_LAST.search(text) or is_title(text))
