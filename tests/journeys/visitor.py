"""Speaks HTTP with a running Glimpse as a script would: upload, wait, search."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx
from PIL import Image, ImageDraw

from tests.journeys.program import PATIENCE

COLOURS = ("red", "green", "blue", "orange", "purple", "white", "black", "yellow")


class Visitor:
    """A client of one running Glimpse, with a token where it has one."""

    def __init__(self, url: str, token: str = "") -> None:
        """Only remember; every call opens a connection of its own."""
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **params: str | int) -> httpx.Response:
        """One request."""
        return httpx.get(f"{self.url}{path}", params=params, headers=self.headers, timeout=30)

    def upload(self, *files: tuple[str, bytes]) -> list[dict[str, Any]]:
        """Send files in one request; what became of each."""
        sent = [("file", file) for file in files]
        answer = httpx.post(
            f"{self.url}/api/v1/images", files=sent, headers=self.headers, timeout=60
        )
        assert answer.status_code == 202, answer.text
        return list(answer.json()["images"])

    def search(self, text: str, *, limit: int = 20) -> list[dict[str, Any]]:
        """The results for a text."""
        answer = self.get("/api/v1/search", q=text, min_score=0, limit=limit)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["results"])

    def is_ready(self) -> bool:
        """Whether every part that a search needs answers."""
        try:
            return self.get("/health/ready").status_code == 200
        except httpx.HTTPError:
            return False

    def state(self, image_id: str) -> str:
        """How far a picture is."""
        return str(self.get(f"/api/v1/images/{image_id}").json()["state"])


def until(condition: Callable[[], object], check: Callable[[], None] = lambda: None) -> None:
    """Return once the condition holds; `check` may end the wait early by failing."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        check()
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.1)


def picture(number: int, *, size: int = 96) -> tuple[str, bytes]:
    """A small picture of its own: a disc on a ground, both coloured by the number."""
    ground, disc = COLOURS[number % 8], COLOURS[(number // 8 + number + 1) % 8]
    image = Image.new("RGB", (size, size * 3 // 4), ground)
    draw = ImageDraw.Draw(image)
    corner = 4 + number % 40
    draw.ellipse((corner, corner, corner + 30, corner + 30), fill=disc)
    draw.point((number % size, number // size), "gray")
    data = BytesIO()
    image.save(data, "PNG")
    return f"{ground}-{number}.png", data.getvalue()
