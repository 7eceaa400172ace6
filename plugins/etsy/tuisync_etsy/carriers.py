"""Carriers Etsy can follow a parcel of: the code it wants, and the name people use.

The codes are the ones Etsy's fulfilment tutorial lists. Any other carrier goes as `other`:
Etsy takes an invented code without complaint, but then shows the buyer no tracking
(etsy/open-api #135).
"""

from __future__ import annotations

from tuisync import Carrier

OTHER = "other"
"""The code for a carrier Etsy does not know."""

_NAMES = {
    "4px": "4PX",
    "amazon": "Amazon Logistics (US)",
    "amazon-uk-api": "Amazon Logistics (UK)",
    "an-post": "An Post",
    "aramex": "Aramex",
    "asendia-uk": "Asendia UK",
    "asendia-usa": "Asendia USA",
    "australia-post": "Australia Post",
    "austrian-post": "Österreichische Post",
    "belpost": "Belposhta",
    "bgpost": "Bulgarian Posts",
    "bluedart": "Blue Dart",
    "bpost": "bpost",
    "bpost-international": "bpost International",
    "brazil-correios": "Correios (Brazil)",
    "canada-post": "Canada Post",
    "canpar": "Canpar",
    "ceska-posta": "Česká pošta",
    "china-ems": "China EMS",
    "china-post": "China Post",
    "chitchats": "Chit Chats",
    "chronopost-france": "Chronopost France",
    "chronopost-portugal": "Chronopost Portugal",
    "colissimo": "Colissimo",
    "collectplus": "Collect+",
    "correo-argentino": "Correo Argentino",
    "correos-chile": "Correos Chile",
    "correos-de-mexico": "Correos de México",
    "couriers-please": "CouriersPlease",
    "cyprus-post": "Cyprus Post",
    "danmark-post": "PostNord",
    "deutsch-post": "Deutsche Post",
    "dhl": "DHL Express",
    "dhl-benelux": "DHL Benelux",
    "dhl-es": "DHL Spain",
    "dhl-germany": "DHL Germany",
    "dhl-global-mail": "DHL Global Mail",
    "dhl-global-mail-asia": "DHL eCommerce",
    "dhl-nl": "DHL Netherlands",
    "dhl-poland": "DHL Poland",
    "dhlparcel-nl": "DHL Parcel NL",
    "dpd": "DPD",
    "dpd-de": "DPD Germany",
    "dpd-poland": "DPD Poland",
    "dpd-uk": "DPD UK",
    "dtdc": "DTDC",
    "elta-courier": "ELTA Courier",
    "emirates-post": "Emirates Post",
    "estafeta": "Estafeta",
    "estonian-post": "Omniva (Estonia)",
    "fastway-au": "Fastway Australia",
    "fastway-ireland": "Fastway Ireland",
    "fastway-nz": "Fastway New Zealand",
    "fedex": "FedEx",
    "fedex-uk": "FedEx UK",
    "gls": "GLS",
    "hellenic-post": "Hellenic Post",
    "hermes": "Hermes UK (Evri)",
    "hermes-de": "Hermes Germany",
    "hermes-it": "Hermes Italy",
    "hong-kong-post": "Hongkong Post",
    "hrvatska-posta": "Hrvatska pošta",
    "india-post": "India Post",
    "india-post-int": "India Post International",
    "israel-post": "Israel Post",
    "italy-sda": "SDA Express Courier",
    "japan-post": "Japan Post",
    "korea-post": "Korea Post EMS",
    "kpost": "Korea Post",
    "la-poste-colissimo": "La Poste",
    "landmark-global": "Landmark Global",
    "lasership": "LaserShip",
    "latvijas-pasts": "Latvijas Pasts",
    "lietuvos-pastas": "Lietuvos paštas",
    "magyar-posta": "Magyar Posta",
    "malaysia-post": "Pos Malaysia",
    "maltapost": "MaltaPost",
    "mondialrelay": "Mondial Relay",
    "mrw-spain": "MRW",
    "myhermes-uk": "myHermes UK",
    "nacex-spain": "Nacex",
    "new-zealand-post": "New Zealand Post",
    "nova-poshta": "Nova Poshta",
    "ontrac": "OnTrac",
    "parcel-force": "Parcelforce",
    "poczta-polska": "Poczta Polska",
    "pos-indonesia": "Pos Indonesia",
    "portugal-ctt": "CTT (Portugal)",
    "portugal-seur": "SEUR Portugal",
    "posta-romana": "Poșta Română",
    "posta-slovenije": "Pošta Slovenije",
    "posta-srbije": "Pošta Srbije",
    "poste-italiane": "Poste Italiane",
    "posten-norge": "Posten Norge",
    "posti": "Posti",
    "postnl": "PostNL",
    "postnl-3s": "PostNL International 3S",
    "postnl-international": "PostNL International",
    "postnord": "PostNord Logistics",
    "ptt-posta": "PTT",
    "purolator": "Purolator",
    "royal-mail": "Royal Mail",
    "russian-post": "Russian Post",
    "sagawa": "Sagawa",
    "sapo": "South African Post Office",
    "sendle": "Sendle",
    "sf-express": "SF Express",
    "singapore-post": "Singapore Post",
    "slovenska-posta": "Slovenská pošta",
    "spain-correos-es": "Correos (Spain)",
    "spanish-seur": "SEUR Spain",
    "star-track": "StarTrack",
    "sweden-posten": "PostNord Sweden",
    "swiss-post": "Swiss Post",
    "taiwan-post": "Chunghwa Post",
    "taqbin-jp": "Yamato (TA-Q-BIN)",
    "thailand-post": "Thailand Post",
    "tnt": "TNT",
    "tnt-au": "TNT Australia",
    "tnt-fr": "TNT France",
    "tnt-it": "TNT Italy",
    "tnt-uk": "TNT UK",
    "uk-mail": "UK Mail",
    "ukrposhta": "Ukrposhta",
    "ups": "UPS",
    "usps": "USPS",
    "vnpost": "Vietnam Post",
    "whistl": "Whistl",
    "yanwen": "Yanwen",
    "yodel": "Yodel",
}

CARRIERS = (
    *(Carrier(code=code, title=title) for code, title in _NAMES.items()),
    Carrier(code=OTHER, title="Another carrier"),
)


def carrier_code(name: str | None) -> str:
    """Return Etsy's code for what a user called the carrier; `other` for an unknown one.

    Codes and names are both understood, in any letter case.
    """
    wanted = (name or "").strip().casefold()
    if wanted in _NAMES:
        return wanted
    return _CODES.get(wanted, OTHER)


_CODES = {title.casefold(): code for code, title in _NAMES.items()}
