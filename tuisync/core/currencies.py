"""The currencies there are (ISO 4217), with the digits of their smaller unit."""

from __future__ import annotations

from collections.abc import Mapping

_TWO = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL
MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK
PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS
TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
"""
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"

DIGITS: Mapping[str, int] = {
    code: digits
    for digits, codes in ((2, _TWO), (0, _NONE), (3, _THREE), (4, _FOUR))
    for code in codes.split()
}
"""Per code, how many digits an amount in it has after the point."""

NAMES: Mapping[str, str] = {
    "USD": "US dollar",
    "EUR": "Euro",
    "GBP": "Pound sterling",
    "CAD": "Canadian dollar",
    "AUD": "Australian dollar",
    "NZD": "New Zealand dollar",
    "CHF": "Swiss franc",
    "SEK": "Swedish krona",
    "NOK": "Norwegian krone",
    "DKK": "Danish krone",
    "PLN": "Polish zloty",
    "CZK": "Czech koruna",
    "HUF": "Hungarian forint",
    "RON": "Romanian leu",
    "BGN": "Bulgarian lev",
    "ISK": "Icelandic krona",
    "TRY": "Turkish lira",
    "ILS": "Israeli shekel",
    "JPY": "Japanese yen",
    "CNY": "Chinese yuan renminbi",
    "HKD": "Hong Kong dollar",
    "SGD": "Singapore dollar",
    "TWD": "Taiwan dollar",
    "KRW": "South Korean won",
    "INR": "Indian rupee",
    "IDR": "Indonesian rupiah",
    "MYR": "Malaysian ringgit",
    "PHP": "Philippine peso",
    "THB": "Thai baht",
    "VND": "Vietnamese dong",
    "ZAR": "South African rand",
    "MAD": "Moroccan dirham",
    "BRL": "Brazilian real",
    "MXN": "Mexican peso",
    "CLP": "Chilean peso",
    "COP": "Colombian peso",
    "ARS": "Argentine peso",
    "PEN": "Peruvian sol",
    "AED": "UAE dirham",
    "SAR": "Saudi riyal",
}
"""The names of those most shops sell in, in the order they are offered."""
