"""Offers the sandbox fixtures to every test of the plug-in.

They live in a module of their own: a type checker takes one `conftest` only, and the host's
tests have theirs.
"""

from sandbox_fixtures import (
    checked_sandbox,
    described,
    etsy_checker,
    off_the_description,
    recorder,
    sandbox,
    sandbox_process,
    signed_in,
)

__all__ = [
    "checked_sandbox",
    "described",
    "etsy_checker",
    "off_the_description",
    "recorder",
    "sandbox",
    "sandbox_process",
    "signed_in",
]
