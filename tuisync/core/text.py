"""Remote text is hostile: here it is made inert, and safe for a spreadsheet.

A title may carry escape sequences for the terminal, overrides that turn reading order round,
characters nobody sees, and formulas. `clean` takes them out once, at the border; what lies
behind it never meets them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""Stands where a character was that cannot be written down."""

_ESCAPES = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])"  # OSC, DCS, SOS, PM, APC with their text
    "[^\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b[ -/]*[0-~]"  # the short ones
)
_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"  # soft hyphen, joiners, fillers
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # zero width, marks, overrides, isolates
    "\u3164\ufdd0-\ufdef\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"  # tags: text inside text
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "]+"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
# Joiners are part of the spelling between letters of these scripts and between emoji.
_JOINING = (
    "\u0600-\u109f\u1780-\u17ff\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"
)
_STRAY_JOINERS = re.compile(f"(?<![{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINING}])")

_DISPUTED = re.compile("[\u200c\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
"""Joiners, variation selectors and skin tones: terminals disagree on the width they make."""

_REDRAWN = re.compile(
    "[\u2630-\u2637\u268a-\u268f\u3248-\u324f\u4dc0-\u4dff\U0001d300-\U0001d356\U0001d360-\U0001d376]"
)
"""Signs that became wide, or ceased to be, from one edition of Unicode to the next."""

_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_QUOTED_FORMULA = re.compile("'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def clean(text: str) -> str:
    """Return text that a terminal, a log and a file can only show, never obey.

    Escape sequences, control characters, bidirectional marks and other invisible format
    characters go; a run of tabs and line breaks becomes one space; a lone surrogate becomes
    U+FFFD. Joiners stay inside emoji and inside words of scripts that need them. Nothing
    else changes: case, accents and spaces are the seller's.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _ESCAPES.sub("", text)
    text = _BREAKS.sub(" ", text)
    text = _INVISIBLE.sub("", text)
    text = _SURROGATES.sub(REPLACEMENT, text)
    return _STRAY_JOINERS.sub("", text)


def settled(text: str) -> str:
    """Return clean text that takes the same number of cells on every terminal.

    Emoji lose their joiners and skin tones. A vowel sign that is drawn beside its letter, as in
    Hindi, becomes the letter of that vowel: half of the terminals give the sign no cell of its own.
    What is newer than this machine's Unicode becomes U+FFFD.
    """
    if text.isascii():
        return text
    text = _REDRAWN.sub(REPLACEMENT, _DISPUTED.sub("", text))
    return "".join(_settled(each) for each in text)


@lru_cache(maxsize=4096)
def _settled(character: str) -> str:
    match unicodedata.category(character):
        case "Cn":
            return REPLACEMENT
        case "Mc":
            name = unicodedata.name(character, "").replace(" VOWEL SIGN ", " LETTER ")
            return _letter(name)
    return character


def _letter(name: str) -> str:
    """Return the letter of that name, or nothing."""
    try:
        letter = unicodedata.lookup(name)
    except KeyError:
        return ""
    return letter if unicodedata.category(letter) == "Lo" else ""


def spreadsheet_safe(cell: str) -> str:
    """Return a text cell that no spreadsheet takes for a formula.

    A cell that would start one gets a leading apostrophe; plain numbers stay as they are.
    `spreadsheet_plain` takes it back.
    """
    if _NUMBER.fullmatch(cell) or not _FORMULA.match(cell):
        return cell
    return "'" + cell


def spreadsheet_plain(cell: str) -> str:
    """Return the text that `spreadsheet_safe` was given."""
    return cell[1:] if _QUOTED_FORMULA.match(cell) else cell
