"""The stock ledger and the numbers that follow from it."""
