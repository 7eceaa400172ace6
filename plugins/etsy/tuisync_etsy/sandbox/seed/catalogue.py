"""What a small ceramics and print studio sells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Craft = Literal["ceramics", "print"]


@dataclass(frozen=True, slots=True)
class Ware:
    """A kind of thing the studio makes.

    Attributes:
        code: Start of its SKUs.
        price: In hundredths of the currency.
        sizes: What it comes in when it has a size.
    """

    name: str
    code: str
    craft: Craft
    price: int
    sizes: tuple[str, ...] = ("Small", "Medium", "Large")


WARES = (
    Ware("Stoneware Mug", "MUG", "ceramics", 2800, ("8 oz", "12 oz", "16 oz")),
    Ware("Linocut Print", "LINO", "print", 3400, ("A5", "A4", "A3")),
    Ware("Pasta Bowl", "BOWL", "ceramics", 4200),
    Ware("Letterpress Greeting Card", "CARD", "print", 550, ("Single", "Set of 5", "Set of 12")),
    Ware("Bud Vase", "VASE", "ceramics", 3600),
    Ware("Risograph Poster", "RISO", "print", 2600, ("A4", "A3", "A2")),
    Ware("Espresso Cup", "ESP", "ceramics", 1900, ("Single", "Pair", "Set of 4")),
    Ware("Screen Printed Tea Towel", "TOWEL", "print", 1600, ("Single", "Set of 2", "Set of 4")),
    Ware("Hanging Planter", "PLANT", "ceramics", 4800),
    Ware("Botanical Art Print", "BOT", "print", 2900, ("5x7 in", "8x10 in", "11x14 in")),
    Ware("Butter Dish", "BUTTER", "ceramics", 5200),
    Ware("Linen Tote Bag", "TOTE", "print", 2400, ("Short handles", "Long handles")),
    Ware("Ring Dish", "RING", "ceramics", 1400),
    Ware("Pocket Notebook", "NOTE", "print", 950, ("Plain", "Dotted", "Ruled")),
    Ware("Dinner Plate", "PLATE", "ceramics", 3800, ("20 cm", "24 cm", "28 cm")),
    Ware("Wrapping Paper", "WRAP", "print", 480, ("1 sheet", "5 sheets", "10 sheets")),
)

MOTIFS = (
    "Fern", "Heron", "New Moon", "Wild Garlic", "Kelp", "Magpie", "Birch", "Otter", "Thistle",
    "Swallow", "Fig Leaf", "Hare", "Poppy", "Mackerel", "Juniper", "Barn Owl", "Sea Holly",
    "Hedgerow", "Moth", "Bluebell",
)  # fmt: skip

GLAZES = (
    "Oatmeal", "Sea Mist", "Speckled White", "Indigo", "Moss", "Celadon", "Tenmoku", "Chalk Pink",
    "Slate", "Honey", "Ash Grey", "Cobalt", "Sand", "Rust", "Ivory", "Lichen", "Peat", "Smoke",
    "Wheat", "Storm Blue",
)  # fmt: skip

COLOURS = ("Black", "Navy", "Forest Green", "Terracotta")
FRAMES = ("Unframed", "Oak Frame", "Black Frame")
MATERIALS = ("Stoneware", "Porcelain")

TAGS: dict[Craft, tuple[str, ...]] = {
    "ceramics": ("handmade pottery", "stoneware", "wheel thrown", "kitchen gift", "rustic"),
    "print": ("art print", "hand printed", "botanical", "wall art", "paper goods"),
}

AWKWARD_TITLES = (
    "🌿 Fern Mug 🌿 hand-thrown, dishwasher safe ✨",
    "陶器マグカップ ― 手作り・青い釉薬 (Japanese glaze)",
    "كوب خزفي يدوي الصنع Handmade Cup",
    'The "Perfect" 8" Side Plate – 20cm / 8″',  # noqa: RUF001 - sellers write dashes
    "Salt &amp; Pepper Cellars (pair)",
    "Mum&#39;s Favourite Teapot",
    "[bold]Studio Seconds[/bold] – Mystery Box",  # noqa: RUF001 - sellers write dashes
    "Cup & Saucer <Limited> 50% off -- don't miss!",
    "=SUM(1+1) Maths Teacher Mug",
    "Ōtāne Ñandú Żółć Straße Ærø Print – e\u0301 vs \u00e9",  # noqa: RUF001 - sellers write dashes
    "Family 👩\u200d👩\u200d👧\u200d👦 Portrait Print – zero-width joiners\u200b and all",  # noqa: RUF001 - sellers write dashes
    (
        "Extra Long Wrapping Paper Roll with Hand Drawn Swallows, Poppies, Ferns, Foxgloves, "
        "Hares, Herons and Hedgehogs for Birthdays, Weddings, Tea"
    ),
    "  Trailing Spaces Trinket Tray ",
    "日本手ぬぐい Screen Printed Tenugui \u202eedoc sdrawkcab\u202c Cloth",
)
"""Titles that break careless programs: entities, markup, formulas, wide and right-to-left text."""
