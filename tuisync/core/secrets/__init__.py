"""What must never be shown: option secrets and token pairs, in one private file per home."""

from tuisync.core.secrets.credentials import StoredCredentials
from tuisync.core.secrets.vault import Secrets

__all__ = ["Secrets", "StoredCredentials"]
