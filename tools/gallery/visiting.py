"""How the gallery asks a Glimpse for things: signing in, waiting, forms and the API."""

import sys
from collections.abc import Callable, Mapping
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import APIRequestContext, APIResponse, Error

SEE_OTHER = 303
LONGEST = 1800


def everything_is_there(admin: APIRequestContext) -> None:
    """Wait for the sample collection and its scorer."""

    def is_there() -> bool:
        try:
            answer = admin.get("/health/ready")
        except Error:
            return False  # it is not up yet
        return answer.ok and not answer.json()["loading"] and not answer.json()["pending"]

    wait_for("the sample collection", is_there)


def wait_for(what: str, happened: Callable[[], bool]) -> None:
    """Look every second whether something has happened; give up after half an hour."""
    print(f"waiting for {what}", flush=True)
    end = monotonic() + LONGEST
    while not happened():
        if monotonic() > end:
            sys.exit(f"Waited in vain for {what}.")
        sleep(1)


def signed_in(visitor: APIRequestContext, password: str) -> None:
    """Sign the admin in."""
    form: dict[str, str | float | bool] = {"name": "admin", "password": password}
    if visitor.post("/sign-in", form=form, max_redirects=0).status != SEE_OTHER:
        sys.exit("The password is not the admin's.")


def send(admin: APIRequestContext, address: str, **form: str | list[str]) -> APIResponse:
    """Send a form as a page would, without following where it leads."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = urlencode(form, doseq=True)
    return checked(admin.post(address, data=sent, headers=headers, max_redirects=0), address)


def call(admin: APIRequestContext, address: str, sent: Mapping[str, Any] | None = None) -> Any:
    """Ask the API; answers its document."""
    answer = admin.get(address) if sent is None else admin.post(address, data=dict(sent))
    return checked(answer, address).json()


def checked(answer: APIResponse, address: str) -> APIResponse:
    """The answer, unless something was wrong with what was asked."""
    if answer.status >= 400:  # noqa: PLR2004 - from here on they are refusals
        sys.exit(f"{address} was refused ({answer.status}):\n{answer.text()[:2000]}")
    return answer
