"""The web edge: pages, the JSON API, health and metrics over HTTP."""
