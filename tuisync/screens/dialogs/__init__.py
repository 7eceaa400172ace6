"""Dialogs: choosing, confirming, filling in. Escape leaves each of them unchanged."""
