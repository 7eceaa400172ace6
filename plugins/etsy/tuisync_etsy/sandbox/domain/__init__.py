"""The sandbox shop and its rules, without any web: plain values and pure decisions."""
