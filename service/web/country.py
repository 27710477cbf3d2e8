"""From which country a request comes: a trusted proxy's word, else the operator's."""

from ipaddress import IPv6Address, ip_address

from flask import request

from service.config import Settings


def country_of_request(settings: Settings) -> str:
    """The asking country; a header counts only when a trusted proxy sent it."""
    header = settings.country_header
    if header and header in request.headers and is_trusted(settings, request.remote_addr or ""):
        return request.headers[header].strip()
    return settings.country


def is_trusted(settings: Settings, address: str) -> bool:
    """Whether the other end of the connection is one of the operator's proxies."""
    try:
        peer = ip_address(address)
    except ValueError:
        return False
    if isinstance(peer, IPv6Address) and peer.ipv4_mapped:
        peer = peer.ipv4_mapped
    return any(peer in network for network in settings.proxy_networks)
