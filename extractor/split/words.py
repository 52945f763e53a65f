"""Owns the words by which pages say that they go on, what they are, or that they only separate others, by language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import regex

GOES_ON = (
    # said at the foot of a page that is not the last
    "carried forward", "carried over", "carry forward", "continued on", "continued overleaf", "continues on", "to be continued", "please turn over",
    "subtotal c/f", "total c/f",
    "übertrag", "uebertrag", "übertrag auf", "zu übertragen", "fortsetzung auf",
    "fortsetzung folgt", "fortsetzung nächste", "fortsetzung siehe", "weiter auf seite",
    "à reporter", "a reporter", "total à reporter", "report à nouveau", "suite page", "suite en page", "suite à la page", "suite au verso",
    "à suivre",
    "suma y sigue", "sigue en", "continúa en", "sigue en la", "a trasladar",
    "da riportare", "riporto", "a riportare", "segue a pagina", "continua a pagina", "continua alla pagina",
    "te transporteren", "transporteren", "transport naar", "vervolg op", "vervolgt op", "wordt vervolgd",
    "a transportar", "continua na", "continua na página",
    "do przeniesienia", "ciąg dalszy na", "cd. na stronie", "c.d. na",
)  # fmt: skip
COMES_FROM = (
    # said at the head of a page that is not the first
    "brought forward", "brought over", "continued from", "continuation of", "carried from", "subtotal b/f", "total b/f",
    "übertrag", "uebertrag", "übertrag von", "übertrag aus", "vortrag", "fortsetzung von", "fortsetzung der", "fortsetzung rechnung",
    "report", "reporté", "report page", "report à nouveau", "report de la page", "suite de la", "suite de facture", "suite de votre",
    "suma anterior", "viene de", "continuación",
    "riporto", "segue da", "segue fattura", "continua da",
    "transport van", "vervolg van", "vervolg factuur",
    "transporte", "de transporte", "continuação",
    "z przeniesienia", "ciąg dalszy z",
)  # fmt: skip
INVOICE_TITLES = (
    "invoice", "tax invoice", "sales invoice", "commercial invoice", "vat invoice", "proforma invoice", "pro forma invoice", "credit note",
    "credit memo", "receipt", "bill", "debit note", "cash sale", "cash bill",
    "rechnung", "handelsrechnung", "gutschrift", "rechnungskorrektur", "schlussrechnung", "abschlagsrechnung", "sammelrechnung", "stornorechnung",
    "quittung", "kassenbeleg", "honorarnote",
    "facture", "avoir", "reçu", "note de crédit", "factura", "abono", "recibo", "nota de crédito", "fattura", "nota di credito", "ricevuta",
    "parcella",
    "factuur", "creditnota", "creditfactuur", "kwitantie", "fatura", "nota fiscal", "danfe", "danfse", "faktura", "faktura vat", "rachunek",
    "paragon",
)  # fmt: skip
OTHER_TITLES = (
    # papers that are sent along with an invoice, or stand before it; they are none themselves
    "delivery note", "delivery docket", "despatch note", "dispatch note", "packing list", "packing slip", "bill of lading", "terms and conditions",
    "terms & conditions", "general terms", "conditions of sale",
    "terms of sale", "standard terms", "timesheet", "time sheet", "proof of delivery", "statement of account", "order confirmation", "purchase order",
    "quotation", "remittance advice", "payment slip", "data protection", "privacy policy", "warranty",
    "lieferschein", "packzettel", "packliste", "allgemeine geschäftsbedingungen", "geschäftsbedingungen", "agb", "stundennachweis", "stundenzettel",
    "leistungsnachweis", "tätigkeitsnachweis", "auftragsbestätigung", "angebot",
    "bestellung", "widerrufsbelehrung", "widerrufsformular", "datenschutz", "datenschutzerklärung", "zahlteil", "empfangsschein",
    "einzelverbindungsnachweis", "frachtbrief", "anlage", "zahlungsbedingungen und",
    "bon de livraison", "bordereau de livraison", "conditions générales", "conditions generales", "cgv", "bon de commande",
    "confirmation de commande", "devis", "section paiement", "récépissé", "annexe",
    "albarán", "albaran", "nota de entrega", "condiciones generales", "pedido", "presupuesto", "anexo", "documento di trasporto", "bolla di consegna",
    "condizioni generali", "ordine", "preventivo", "allegato",
    "pakbon", "leveringsbon", "afleverbon", "vrachtbrief", "algemene voorwaarden", "leveringsvoorwaarden", "bestelbon", "offerte", "urenstaat",
    "bijlage",
    "guia de remessa", "guia de transporte", "condições gerais", "orçamento", "encomenda", "list przewozowy", "dowód dostawy", "ogólne warunki",
    "zamówienie", "oferta", "załącznik", "regulamin",
)  # fmt: skip
SEPARATORS = (
    "patch", "patch t", "patcht", "patch code", "patch code t", "patch ii", "patch 2", "patch2", "separator", "separator page", "separator sheet",
    "separation page", "separation sheet", "document separator", "batch separator",
    "document separation", "docsep", "barcode separator", "trennblatt", "trennseite", "dokumententrennblatt", "dokumenttrennblatt", "trennbogen",
    "page de séparation", "feuille de séparation", "séparateur", "séparateur de documents",
    "página separadora", "hoja separadora", "separador", "foglio separatore", "pagina di separazione", "separatore", "scheidingsblad",
    "scheidingspagina", "scheidingsvel", "página de separação", "folha separadora", "strona rozdzielająca", "separator stron",
)  # fmt: skip


def leading(words: Iterable[str]) -> regex.Pattern[str]:
    """A pattern for a piece of print that begins with one of some words, whatever the case.

    >>> bool(leading(["rechnung"]).match(" RECHNUNG Nr. 5")), bool(leading(["rechnung"]).match("Rechnungsdatum"))
    (True, False)
    """
    return regex.compile(rf"(?i)^[^\p{{L}}\p{{N}}/]*(?:{_any(words)})(?!\p{{L}})")


def saying(words: Collection[str]) -> Callable[[str], bool]:
    """Whether a piece of print begins with one of some phrases, or says nothing but one of some single words.

    >>> said = saying(["report", "brought forward"])
    >>> [said(text) for text in ("Report 12,00", "Report date", "Brought forward from page 1")]
    [True, False, True]
    """
    phrases = leading(word for word in words if " " in word)
    single = alone(word for word in words if " " not in word)
    return lambda text: bool(phrases.match(text) or single.match(text))


def alone(words: Iterable[str]) -> regex.Pattern[str]:
    """A pattern for a piece of print that says nothing but some words, numbers aside.

    >>> bool(alone(["patch", "separator"]).match("PATCH 2 - Separator")), bool(alone(["patch"]).match("Patch cable"))
    (True, False)
    """
    return regex.compile(rf"(?i)^(?:[\W\d_]*(?:{_any(words)})(?!\p{{L}}))+[\W\d_]*$")


def heading(words: Iterable[str]) -> regex.Pattern[str]:
    """A pattern for a piece of print that is a title of one of some words, by itself or with a number.

    >>> titles = heading(["invoice", "delivery note"])
    >>> [bool(titles.match(text)) for text in ("INVOICE", "Invoice / Delivery note", "Invoice no. 4711 of 2 May", "Invoice AB-12", "Invoice to")]
    [True, True, True, True, False]
    """
    title = rf"[^\p{{L}}\p{{N}}]*(?:{_any(words)})(?!\p{{L}})"
    return regex.compile(rf"(?i)^(?:{title})+(?:\W*(?:no|nr|num|number|nummer|num[eé]ro|n[uú]mero|n[º°o]|nº|#|\(\d+\))(?!\p{{L}}).*|\W+\S*\d.*|\W*)$")


def _any(words: Iterable[str]) -> str:
    return "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))
