"""The user's data as files of their own: backups, and exports for other programs."""
