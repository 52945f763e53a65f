"""Templates of invoice2data for tests: one vendor that uses all it can, and one full of mistakes. The vendors are made up."""

FULL = r"""
issuer: Kestrel Ferry Works
keywords:
  - Kestrel
  - 'Ferr[yi]'
  - $
  - Works (Ltd)
exclude_keywords: Statement
priority: 7
required_fields: [invoice_number, amount, lines, booking, skipper]
fields:
  invoice_number: Invoice\s+No\s+(?P<no>\d+)
  date:
    - ^Dated (\S+)$
    - Invoice date\s+(\S+ \S+ \S+)
  amount:
    parser: regex
    regex: Total due\s+([\d.,]+)
    type: float
    group: last
  sum_amount_tax: ['VAT \d+ %\s+(\S+)', 'Levy\s+(\S+)']
  static_vat: NL000099998B57
  static_iban: NL91ABNA0417164300
  skipper_name:
    parser: static
    value: Ada Gull
  Booking-Ref:
    parser: regex
    regex: Ref (\w+)
    replace: ['\W', '']
  booking: 'Booking: (\w+)'
  weights:
    parser: regex
    regex: (\d+) kg
    type: int
    group: sum
  payee:
    parser: regex
    regex: Payee\s+(\w+)
    area: {f: 1, l: 1, x: 0, y: 0, r: 72, W: 300, H: 800}
  notices:
    parser: regex
    regex: ['(Fog)', '(Tide)']
    group: join
  stops:
    parser: lines
    rules:
      - start: Stops
        end: End of stops
        line: ^\s*(?P<pos>\d+)\s+(?P<harbour>\w+)\s+(?P<at>\S+)$
        types: {pos: int, at: date}
      - start: Detours
        end: End of detours
        line: ^\s*(?P<pos>\d+)\s+(?P<harbour>\w+)$
        types: {pos: int}
lines:
  start: Item
  end: Subtotal
  first_line: ^(?P<name>\w+)\s+(?P<qty>\d+)\s+(?P<price_unit>\S+)\s+(?P<price_subtotal>\S+)$
  line: ^\s+(?P<name>\w.*)$
  skip_line: internal
  types: {qty: int, price_unit: float, price_subtotal: float}
tables:
  - start: Berth\s+Nights
    end: Harbour master
    body: (?P<berth>[A-Z]\d)\s+(?P<nights>\d+)
    types: {nights: int}
    fields: {nights: {group: sum}}
options:
  currency: GBP
  decimal_separator: ','
  date_formats: ['%d.%m.%Y']
  languages: [nl]
  remove_accents: true
  lowercase: false
  replace:
    - ['No[.]', 'No ']
"""

DOCUMENT = """\
Kestrel Ferry Works (Ltd)                $ Fare

Invoice No.  4711       Invoice date  3 mei 2025

Item        Qty     Price     Amount
Rope        2       1.250,50  2.501,00
            of hémp
            internal
Lantern     1       9,00      9,00
Subtotal                      2.510,00
VAT 10 %                      251,00
Levy                          9,00
Total due                     1,00
Total due                     2.770,00

Berth   Nights
A1      2
B2      3
Harbour master

Stops
1  Saltmouth  03.05.2025
2  Gullpoint  04.05.2025
End of stops
Detours
3  Ebbing
End of detours

Booking: K77   Ref Q-5    12 kg   30 kg
Payee    Gull                              Payee  Nobody
Tide and Fog
"""

BROKEN = r"""issuer: Broken Oar Ltd
keywords:
  - Oar
country_code: nl
fields:
  amount: Total (\d+
  date: (\d+)-(\d+)
  invoice_number:
    parser: regexp
    regex: No (\d+)
  empty:
  vat:
    parser: static
    value: GB000000000
      partner_email: x
"""

MISTAKES = r"""issuer: Broken Oar Ltd
keywords:
  - Oar
  - '(broken'
country_code:
  parser: static
  value: nl
fields:
  amount: Total (\d+
  date: (\d+)-(\d+)
  invoice_number:
    parser: regexp
    regex: No (\d+)
  empty:
  iban:
    parser: regex
    regex: IBAN (\w+)
    type: string
    group: median
    typ: x
  iban:
    parser: regex
    regex: Account (\w+)
    area: {f: 1}
  stops:
    parser: lines
    start: Stops (
    end: End
    line: (?P<a>.)
  nameless:
    parser: lines
    start: a
    end: b
    line: c
  closed:
    parser: lines
    start: a
    end: b
    line: (?P<a>.)
    last_line: (?P<b>.)
lines:
  - start: Item
    end: Sum
    line: (?P<name>.+)
    types: {name: word, other: int}
tables:
  - start: a
    body: (?P<x>.)
options:
  currency: quid
  decimal_separator: ';'
  date_formats: [dd.mm.yyyy, '%d.%m.%Y']
  languages: [xx]
  priority: 3
  replace:
    - [a]
    - ['(', b]
    - [a, '\1']
priority: high
"""
