"""Who buys at the studio."""

from __future__ import annotations

import random

from tuisync_etsy.sandbox.domain.ids import Ids
from tuisync_etsy.sandbox.domain.shop import Address, Buyer

_FIRST = (
    "Ada", "Grace", "Maya", "Noor", "Liam", "Olivia", "Emma", "Noah", "Sofia", "Mateo", "Hannah",
    "Jonas", "Chloé", "Zoë", "Björn", "Ingrid", "Amara", "Kwame", "Priya", "Arjun", "Yuki", "Mei",
    "Tomasz", "Zofia", "Luca", "Giulia", "Freya", "Callum", "Siobhán", "Rosa", "Diego", "Nadia",
)  # fmt: skip
_LAST = (
    "O'Connell", "Lovelace", "Hopper", "Nguyen", "García", "Müller", "D'Angelo", "Smith", "Jones",
    "Kowalski", "Fernández", "Andersson", "Okafor", "Mensah", "Sharma", "Tanaka", "Wei", "Rossi",
    "MacLeod", "Fitzgerald", "Dubois", "Novák", "van der Berg", "Silva", "Haddad", "Brown",
    "Miller", "Wilson", "Taylor & Sons", "Baker", "Clark", "Evans",
)  # fmt: skip
_UNUSUAL = ("田中 さくら", "محمد الأحمد", "Ольга Петрова", "Björk", "김민준", "X Æ", "N. N.")

_PLACES: dict[str, tuple[tuple[str, str | None, str], ...]] = {
    "US": (
        ("Portland", "OR", "97214"),
        ("Brooklyn", "NY", "11215"),
        ("Austin", "TX", "78704"),
        ("Asheville", "NC", "28801"),
        ("Minneapolis", "MN", "55406"),
        ("Santa Fe", "NM", "87501"),
    ),
    "GB": (("Bristol", None, "BS6 5BZ"), ("Leeds", None, "LS6 3HN"), ("Glasgow", None, "G12 8QQ")),
    "DE": (("Leipzig", None, "04229"), ("Köln", None, "50674"), ("Tübingen", None, "72070")),
    "FR": (("Nantes", None, "44000"), ("L'Haÿ-les-Roses", None, "94240")),
    "CA": (("Halifax", "NS", "B3H 1A1"), ("Montréal", "QC", "H2T 1S6")),
    "AU": (("Hobart", "TAS", "7000"), ("Fremantle", "WA", "6160")),
    "JP": (("京都市", "京都府", "604-8005"), ("Kanazawa", "Ishikawa", "920-0831")),
    "IN": (("Pune", "Maharashtra", "411004"),),
}
_COUNTRIES = ("US",) * 12 + ("GB",) * 4 + ("DE",) * 3 + ("FR", "FR", "CA", "CA", "AU", "JP", "IN")
_WITH_EMAIL, _WITHHELD, _IN_A_FLAT = 0.08, 0.02, 0.15
_STREETS = ("Alder St", "Mill Lane", "Rose & Crown Yard", "Hauptstraße", "5th Ave", "Quai d'Orsay")


def make_buyers(count: int, rng: random.Random, ids: Ids) -> list[Buyer]:
    """Return so many different buyers; most keep their e-mail to themselves, as on Etsy."""
    names = _names(count, rng)
    return [_buyer(name, rng, ids) for name in names]


def _names(count: int, rng: random.Random) -> list[str]:
    every = [f"{first} {last}" for last in _LAST for first in _FIRST]
    rng.shuffle(every)
    names = [*_UNUSUAL, *every]
    names = [names[0], *rng.sample(names[1:], len(names) - 1)]
    while len(names) < count:
        names += [f"{name} {len(names) // len(every) + 1}" for name in every]
    return names[:count]


def _buyer(name: str, rng: random.Random, ids: Ids) -> Buyer:
    user_id = ids.next("user")
    email = f"buyer{user_id}@example.com" if rng.random() < _WITH_EMAIL else None
    return Buyer(user_id=user_id, name=name, address=_address(rng), email=email)


def _address(rng: random.Random) -> Address:
    if rng.random() < _WITHHELD:
        return Address()
    country = rng.choice(_COUNTRIES)
    city, state, postcode = rng.choice(_PLACES[country])
    return Address(
        first_line=f"{rng.randint(1, 240)} {rng.choice(_STREETS)}",
        second_line=f"Apt {rng.randint(1, 40)}" if rng.random() < _IN_A_FLAT else None,
        city=city,
        state=state,
        zip=postcode,
        country_iso=country,
    )
