"""The HTTP client plug-ins are given: paced, patient with safe calls, bounded, discreet.

`tuisync.core.http.client.open_client` makes one. Only `client` and `transports` import httpx.
"""
