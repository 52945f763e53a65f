"""Mutants that no example notices, each with the reason why."""

from __future__ import annotations

ACCOUNT = "where to pay is only compared with what is printed; it gives an issue, never a value"
PATTERN = "what stands in that place on every example has the pattern's form; it guards against print that no example shows"
PAGE = "the examples have one page, or nothing in that place on a further one"
ZONE = "the zone's other edges, and what else the rule asks for, already single out the value on the examples"
OTHER = "another part of the file comes to the same on the examples"

SURVIVORS = {
    "vendors/acme-supplies: date-1: page removed": PAGE,
    "vendors/acme-supplies: number-1: pattern removed": PATTERN,
    "vendors/atelier-colvert: customer_number-1: pattern removed": PATTERN,
    "vendors/atelier-colvert: number-1: pattern removed": PATTERN,
    "vendors/atelier-colvert: vendor's bic changed": ACCOUNT,
    "vendors/atelier-colvert: vendor's iban changed": ACCOUNT,
    "vendors/enzian-geraetebau: number-1: pattern removed": PATTERN,
    "vendors/enzian-geraetebau: payment_reference-1: pattern removed": PATTERN,
    "vendors/enzian-geraetebau: vendor's iban changed": ACCOUNT,
    "vendors/feldhase-buerobedarf: buyer-address-in-window: page removed": PAGE,
    "vendors/feldhase-buerobedarf: buyer-address-in-window: pattern removed": PATTERN,
    "vendors/feldhase-buerobedarf: buyer-address-in-window: zone's bottom removed": ZONE,
    "vendors/feldhase-buerobedarf: buyer-address-in-window: zone's left removed": ZONE,
    "vendors/feldhase-buerobedarf: buyer-address-in-window: zone's right removed": ZONE,
    "vendors/feldhase-buerobedarf: buyer-name-in-window: page removed": PAGE,
    "vendors/feldhase-buerobedarf: buyer-name-in-window: pattern removed": PATTERN,
    "vendors/feldhase-buerobedarf: buyer-name-in-window: zone's bottom removed": ZONE,
    "vendors/feldhase-buerobedarf: buyer-name-in-window: zone's right removed": ZONE,
    "vendors/feldhase-buerobedarf: number-1: pattern removed": PATTERN,
    "vendors/feldhase-buerobedarf: vendor's bic changed": ACCOUNT,
    "vendors/feldhase-buerobedarf: vendor's iban changed": ACCOUNT,
    "vendors/libellule-telecom: buyer-address-in-window: zone's bottom removed": ZONE,
    "vendors/libellule-telecom: buyer-address-in-window: zone's left removed": ZONE,
    "vendors/libellule-telecom: buyer-address-in-window: zone's top removed": ZONE,
    "vendors/libellule-telecom: buyer-name-in-window: zone's bottom removed": ZONE,
    "vendors/libellule-telecom: buyer-name-in-window: zone's top removed": ZONE,
    "vendors/libellule-telecom: customer_number-1: pattern removed": PATTERN,
    "vendors/libellule-telecom: number-1: pattern removed": PATTERN,
    "vendors/pennyworth-larch: customer_number-1: pattern removed": PATTERN,
    "vendors/pennyworth-larch: lines: end 'Goods total' removed": OTHER,
    "vendors/pennyworth-larch: number-1: pattern removed": PATTERN,
    "vendors/pennyworth-larch: purchase_order-1: pattern removed": PATTERN,
    "vendors/pennyworth-larch: vendor's bic changed": ACCOUNT,
    "vendors/pennyworth-larch: vendor's iban changed": ACCOUNT,
    "vendors/prairie-lantern: number-1: pattern removed": PATTERN,
    "vendors/prairie-lantern: purchase_order-1: pattern removed": PATTERN,
    "vendors/wattle-lane-larder: number-1: pattern removed": PATTERN,
    "vendors/zwiebelturm-werkzeuge: buyer-address-under-sender: page removed": PAGE,
    "vendors/zwiebelturm-werkzeuge: buyer-address-under-sender: zone's bottom removed": ZONE,
    "vendors/zwiebelturm-werkzeuge: buyer-address-under-sender: zone's left removed": ZONE,
    "vendors/zwiebelturm-werkzeuge: buyer-address-under-sender: zone's right removed": ZONE,
    "vendors/zwiebelturm-werkzeuge: buyer-name-under-sender: page removed": PAGE,
    "vendors/zwiebelturm-werkzeuge: buyer-name-under-sender: zone's bottom removed": ZONE,
    "vendors/zwiebelturm-werkzeuge: buyer-name-under-sender: zone's left removed": ZONE,
    "vendors/zwiebelturm-werkzeuge: buyer-name-under-sender: zone's right removed": ZONE,
    "vendors/zwiebelturm-werkzeuge: preceding_invoice-1: pattern removed": PATTERN,
    "vendors/zwiebelturm-werkzeuge: vendor's bic changed": ACCOUNT,
    "vendors/zwiebelturm-werkzeuge: vendor's iban changed": ACCOUNT,
}
