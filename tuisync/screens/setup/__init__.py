"""The setup wizard: from nothing to the first synced shop."""

from tuisync.screens.setup.again import SignInAgain
from tuisync.screens.setup.wizard import Setup

__all__ = ["Setup", "SignInAgain"]
