"""Owns where the fields stand in an e-invoice: one row a field, by its business term, for UN/CEFACT CII and for UBL 2.

The paths are those of EN 16931-3-2 (UBL) and EN 16931-3-3 (CII). Header fields are found from the root, columns from their row.
ZUGFeRD 1 is CII in an earlier edition: its paths follow from those of CII by the names in `ZUGFERD_1`. Where several paths are
given, the first that leads to a value counts. In a path `{currency}` stands for the currency of the invoice (BT-5).
"""

from __future__ import annotations

from dataclasses import dataclass

ZUGFERD_1 = {
    "rsm:CrossIndustryInvoice": "rsm:CrossIndustryDocument",
    "rsm:ExchangedDocumentContext": "rsm:SpecifiedExchangedDocumentContext",
    "rsm:ExchangedDocument": "rsm:HeaderExchangedDocument",
    "rsm:SupplyChainTradeTransaction": "rsm:SpecifiedSupplyChainTradeTransaction",
    "ram:ApplicableHeaderTradeAgreement": "ram:ApplicableSupplyChainTradeAgreement",
    "ram:ApplicableHeaderTradeDelivery": "ram:ApplicableSupplyChainTradeDelivery",
    "ram:ApplicableHeaderTradeSettlement": "ram:ApplicableSupplyChainTradeSettlement",
    "ram:SpecifiedTradeSettlementHeaderMonetarySummation": "ram:SpecifiedTradeSettlementMonetarySummation",
    "ram:SpecifiedLineTradeAgreement": "ram:SpecifiedSupplyChainTradeAgreement",
    "ram:SpecifiedLineTradeDelivery": "ram:SpecifiedSupplyChainTradeDelivery",
    "ram:SpecifiedLineTradeSettlement": "ram:SpecifiedSupplyChainTradeSettlement",
    "ram:SpecifiedTradeSettlementLineMonetarySummation": "ram:SpecifiedTradeSettlementMonetarySummation",
    "ram:RateApplicablePercent": "ram:ApplicablePercent",
    "ram:IssuerAssignedID": "ram:ID",
}
"""What ZUGFeRD 1 calls the elements of CII that it names in another way."""

_DOCUMENT = "rsm:ExchangedDocument"
_TRADE = "rsm:SupplyChainTradeTransaction"
_AGREEMENT = f"{_TRADE}/ram:ApplicableHeaderTradeAgreement"
_DELIVERY = f"{_TRADE}/ram:ApplicableHeaderTradeDelivery"
_SETTLEMENT = f"{_TRADE}/ram:ApplicableHeaderTradeSettlement"
_SUMS = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_SELLER, _BUYER = f"{_AGREEMENT}/ram:SellerTradeParty", f"{_AGREEMENT}/ram:BuyerTradeParty"
_UBL_SELLER, _UBL_BUYER = "cac:AccountingSupplierParty/cac:Party", "cac:AccountingCustomerParty/cac:Party"
_UBL_SUMS = "cac:LegalMonetaryTotal"
_DAY = "*[self::udt:DateTimeString or self::udt:DateTime or self::udt:Date]"
_VAT_ID = "cac:PartyTaxScheme[normalize-space(cac:TaxScheme/cbc:ID)='VAT']/cbc:CompanyID"
_TAX_ID = "cac:PartyTaxScheme[normalize-space(cac:TaxScheme/cbc:ID)!='VAT']/cbc:CompanyID"


@dataclass(frozen=True, slots=True)
class Term:
    """Where a field stands. cii, ubl: XPath 1.0, the first that leads to a value counts."""

    field: str
    cii: tuple[str, ...]
    ubl: tuple[str, ...]


def _term(field: str, cii: str, *ubl: str) -> Term:
    return Term(field, tuple(cii.split(" | ")), ubl)


HEADER = (
    _term("number", f"{_DOCUMENT}/ram:ID", "cbc:ID"),
    _term("date", f"{_DOCUMENT}/ram:IssueDateTime/{_DAY}", "cbc:IssueDate"),
    _term("kind", f"{_DOCUMENT}/ram:TypeCode", "cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode"),
    _term("currency", f"{_SETTLEMENT}/ram:InvoiceCurrencyCode", "cbc:DocumentCurrencyCode"),
    _term("due_date", f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/{_DAY}", "cbc:DueDate", "cac:PaymentMeans/cbc:PaymentDueDate"),
    _term("purchase_order", f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", "cac:OrderReference/cbc:ID"),
    _term("payment_terms", f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:Description", "cac:PaymentTerms/cbc:Note"),
    _term(
        "preceding_invoice",
        f"{_SETTLEMENT}/ram:InvoiceReferencedDocument/ram:IssuerAssignedID",
        "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID",
    ),
    _term("seller_name", f"{_SELLER}/ram:Name", f"{_UBL_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName", f"{_UBL_SELLER}/cac:PartyName/cbc:Name"),
    _term("seller_vat_id", f"{_SELLER}/ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']", f"{_UBL_SELLER}/{_VAT_ID}"),
    _term("seller_tax_id", f"{_SELLER}/ram:SpecifiedTaxRegistration/ram:ID[@schemeID='FC']", f"{_UBL_SELLER}/{_TAX_ID}"),
    _term("seller_address", f"{_SELLER}/ram:PostalTradeAddress", f"{_UBL_SELLER}/cac:PostalAddress"),
    _term("buyer_name", f"{_BUYER}/ram:Name", f"{_UBL_BUYER}/cac:PartyLegalEntity/cbc:RegistrationName", f"{_UBL_BUYER}/cac:PartyName/cbc:Name"),
    _term("buyer_vat_id", f"{_BUYER}/ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']", f"{_UBL_BUYER}/{_VAT_ID}"),
    _term("buyer_address", f"{_BUYER}/ram:PostalTradeAddress", f"{_UBL_BUYER}/cac:PostalAddress"),
    _term("customer_number", f"{_BUYER}/ram:ID", f"{_UBL_BUYER}/cac:PartyIdentification/cbc:ID"),
    _term(
        "delivery_date",
        f"{_DELIVERY}/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/{_DAY}",
        "cac:Delivery/cbc:ActualDeliveryDate",
    ),
    _term("period_start", f"{_SETTLEMENT}/ram:BillingSpecifiedPeriod/ram:StartDateTime/{_DAY}", "cac:InvoicePeriod/cbc:StartDate"),
    _term("period_end", f"{_SETTLEMENT}/ram:BillingSpecifiedPeriod/ram:EndDateTime/{_DAY}", "cac:InvoicePeriod/cbc:EndDate"),
    _term("payment_reference", f"{_SETTLEMENT}/ram:PaymentReference", "cac:PaymentMeans/cbc:PaymentID"),
    _term("discount", f"{_SUMS}/ram:AllowanceTotalAmount", f"{_UBL_SUMS}/cbc:AllowanceTotalAmount"),
    _term("shipping", f"{_SUMS}/ram:ChargeTotalAmount", f"{_UBL_SUMS}/cbc:ChargeTotalAmount"),
    _term("net", f"{_SUMS}/ram:TaxBasisTotalAmount", f"{_UBL_SUMS}/cbc:TaxExclusiveAmount"),
    _term(
        "tax",
        f"{_SUMS}/ram:TaxTotalAmount[@currencyID='{{currency}}'] | {_SUMS}/ram:TaxTotalAmount[not(@currencyID) or last()=1]",
        "cac:TaxTotal/cbc:TaxAmount[@currencyID='{currency}']",
        "cac:TaxTotal[last()=1]/cbc:TaxAmount",
    ),
    _term("total", f"{_SUMS}/ram:GrandTotalAmount[@currencyID='{{currency}}'] | {_SUMS}/ram:GrandTotalAmount", f"{_UBL_SUMS}/cbc:TaxInclusiveAmount"),
    _term("prepaid", f"{_SUMS}/ram:TotalPrepaidAmount", f"{_UBL_SUMS}/cbc:PrepaidAmount"),
    _term("rounding", f"{_SUMS}/ram:RoundingAmount", f"{_UBL_SUMS}/cbc:PayableRoundingAmount"),
    _term("amount_due", f"{_SUMS}/ram:DuePayableAmount", f"{_UBL_SUMS}/cbc:PayableAmount"),
)
"""Header fields but those of the account, from the root."""

MEANS = Term("means", (f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans",), ("cac:PaymentMeans",))
"""Ways to pay, each with an account; the first that has an IBAN is meant."""
ACCOUNT = (
    _term("iban", "ram:PayeePartyCreditorFinancialAccount/ram:IBANID", "cac:PayeeFinancialAccount/cbc:ID"),
    _term(
        "bic",
        "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID",
        "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID",
        "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cac:FinancialInstitution/cbc:ID",
    ),
)
"""What a way to pay says, from it."""

TAXES = Term(
    "taxes",
    (f"{_SETTLEMENT}/ram:ApplicableTradeTax",),
    ("cac:TaxTotal[cbc:TaxAmount/@currencyID='{currency}']/cac:TaxSubtotal", "cac:TaxTotal[last()=1]/cac:TaxSubtotal"),
)
TAX = (
    _term("rate", "ram:RateApplicablePercent", "cac:TaxCategory/cbc:Percent"),
    _term("base", "ram:BasisAmount", "cbc:TaxableAmount"),
    _term("amount", "ram:CalculatedAmount", "cbc:TaxAmount"),
    _term("category", "ram:CategoryCode", "cac:TaxCategory/cbc:ID"),
)

# Of lines that consist of lines (profile EXTENDED) those count that have no others below them.
_ITEMS = f"{_TRADE}/ram:IncludedSupplyChainTradeLineItem[not(ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode[.='GROUP' or .='INFORMATION'])]"
LINES = Term("lines", (_ITEMS,), ("cac:InvoiceLine", "cac:CreditNoteLine"))
_LINE_SETTLEMENT = "ram:SpecifiedLineTradeSettlement"
_NET_PRICE = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice"
LINE = (
    _term("description", "ram:SpecifiedTradeProduct/ram:Name", "cac:Item/cbc:Name", "cac:Item/cbc:Description"),
    _term("code", "ram:SpecifiedTradeProduct/ram:SellerAssignedID", "cac:Item/cac:SellersItemIdentification/cbc:ID"),
    _term("quantity", "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", "cbc:InvoicedQuantity", "cbc:CreditedQuantity"),
    _term(
        "unit",
        "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity/@unitCode",
        "cbc:InvoicedQuantity/@unitCode",
        "cbc:CreditedQuantity/@unitCode",
    ),
    _term("unit_price", f"{_NET_PRICE}/ram:ChargeAmount", "cac:Price/cbc:PriceAmount"),
    _term("tax_rate", f"{_LINE_SETTLEMENT}/ram:ApplicableTradeTax/ram:RateApplicablePercent", "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent"),
    _term(
        "amount",
        f"{_LINE_SETTLEMENT}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount",
        "cbc:LineExtensionAmount",
    ),
)
PROFILE = _term("profile", "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", "cbc:CustomizationID")
"""BT-24: what the e-invoice says that it follows."""
LINE_SUM = _term("line sum", f"{_SUMS}/ram:LineTotalAmount", f"{_UBL_SUMS}/cbc:LineExtensionAmount")
"""BT-106: the sum of the lines."""

ADDRESS = (
    Term("street", ("ram:LineOne",), ("cbc:StreetName",)),
    Term("street", ("ram:LineTwo",), ("cbc:AdditionalStreetName",)),
    Term("street", ("ram:LineThree",), ("cac:AddressLine/cbc:Line",)),
    Term("postcode", ("ram:PostcodeCode",), ("cbc:PostalZone",)),
    Term("town", ("ram:CityName",), ("cbc:CityName",)),
    Term("country", ("ram:CountryID",), ("cac:Country/cbc:IdentificationCode",)),
)
"""The parts of an address (BT-35 to BT-40, BT-50 to BT-55), from it."""
