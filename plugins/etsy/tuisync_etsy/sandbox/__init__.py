"""A shop to practise on: an Etsy-like server that enforces Etsy's rules on loopback.

Run it with `python -m tuisync_etsy.sandbox`. `domain` holds the shop and its rules, `seed`
fills it believably, `web` puts it behind Etsy's paths. It needs the extra `sandbox`.
"""
