"""Terms of payment in words: how many days, counted from when."""

from __future__ import annotations

import datetime

import pytest

from extractor.invoice.terms import Terms, read_terms


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("14 days net", 14),
        ("Net 30", 30),
        ("net30", 30),
        ("n/60", 60),
        ("Payment due within 45 days of the invoice date", 45),
        ("payable on receipt", 0),
        ("Due upon receipt", 0),
        ("within two weeks", 14),
        ("zahlbar innerhalb von 30 Tagen", 30),
        ("Zahlbar sofort ohne Abzug", 0),
        ("10 Tage rein netto", 10),
        ("à 30 jours", 30),
        ("Paiement à réception de facture", 0),
        ("Payable à 45 jours date de facture", 45),
        ("a 60 días fecha factura", 60),
        ("Pago al contado", 0),
        ("30 giorni data fattura", 30),
        ("Rimessa diretta", 0),
        ("binnen 14 dagen na factuurdatum", 14),
        ("per direct te voldoen", 0),
        ("prazo de pagamento 30 dias", 30),
        ("pronto pagamento", 0),
        ("termin płatności: 21 dni", 21),
        ("płatne natychmiast", 0),
    ],
)
def test_reads_terms_of_eight_languages(text: str, days: int) -> None:
    assert read_terms(text) == Terms(days)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2/10 net 30", 30),
        ("2 % 10 days, net 30 days", 30),
        ("30 days net, 2% 10 days", 30),
        ("2 % Skonto bei Zahlung in 10 Tagen, 30 Tage netto", 30),
        ("Zahlbar innerhalb 14 Tagen mit 2% Skonto oder 30 Tage netto", 30),
        ("3% Skonto 7 Tage, 2% Skonto 14 Tage, 30 Tage netto", 30),
        ("due on receipt. Balances still open after 30 days bear a charge", 0),
        ("innerhalb von 14 Tagen; bei Verzug nach 30 Tagen fallen Zinsen an", 14),
    ],
)
def test_cash_discounts_and_interest_are_passed_over(text: str, days: int) -> None:
    assert read_terms(text) == Terms(days)


@pytest.mark.parametrize(
    "text",
    [
        "by bank transfer",
        "10 working days",
        "10 Werktage",
        "30/60/90 days",
        "end of following month",
        "Skonto 2% 10 Tage",
        "30% advance payment",
        "999 days",
        "",
    ],
)
def test_nothing_is_read_into_other_terms(text: str) -> None:
    assert read_terms(text) is None


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("30 days end of month", "2025-03-31"),
        ("30 jours fin de mois", "2025-03-31"),
        ("fin de mois 30 jours", "2025-03-02"),
        ("30 days from the end of the month", "2025-03-02"),
        ("30 giorni fine mese", "2025-03-31"),
        ("Ende des Monats", "2025-01-31"),
        ("30 days", "2025-03-01"),
    ],
)
def test_the_end_of_the_month_stands_before_or_after_the_days(text: str, due: str) -> None:
    terms = read_terms(text)
    assert terms is not None
    assert terms.due(datetime.date(2025, 1, 30)) == datetime.date.fromisoformat(due)
