"""Spreadsheets: lists that go out as CSV, come back, and are compared before they count."""
