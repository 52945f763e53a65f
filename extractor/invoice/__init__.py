"""The ground floor: the table of fields, amounts, dates, identifiers, arithmetic. It knows no page."""
