"""What Prometheus is told: requests by route, searches, pictures by state."""

import time
from collections.abc import Iterator

import structlog
from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from service.services import Services

log = structlog.get_logger("glimpse.web")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class PicturesByState(Collector):
    """Counts the pictures anew for every scrape."""

    def __init__(self, services: Services) -> None:
        """Remember whom to ask."""
        self._services = services

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge with a value for each state; none while the database is away."""
        gauge = GaugeMetricFamily("glimpse_pictures", "Pictures by state.", labels=["state"])
        try:
            counts = self._services.counts()
        except Exception as error:  # noqa: BLE001 - a scrape must answer whatever is down
            log.warning("pictures not counted", error=type(error).__name__)
            return
        for state in ("ready", "pending", "quarantined"):
            gauge.add_metric([state], getattr(counts, state))
        yield gauge


class Metrics:
    """The figures of one app, in a registry of their own."""

    def __init__(self, services: Services) -> None:
        """Register every figure once."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "glimpse_http_requests",
            "Requests answered.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "glimpse_http_request_seconds",
            "Time to answer a request.",
            ["route"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.search_seconds = Histogram(
            "glimpse_search_seconds",
            "Time of a search, from the text to its hits.",
            ["outcome"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.registry.register(PicturesByState(services))

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)


def metrics() -> Metrics:
    """The current app's figures."""
    found: Metrics = current_app.extensions["glimpse-metrics"]
    return found


def _begin() -> None:
    g.metrics_began = time.perf_counter()


def _end(response: Response) -> Response:
    # The route's name, never the path: neither ids nor texts become labels.
    route = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"
    metrics().requests.labels(route, method, response.status_code).inc()
    if "metrics_began" in g:
        metrics().seconds.labels(route).observe(time.perf_counter() - g.metrics_began)
    return response


def init_metrics(app: Flask, services: Services) -> None:
    """Count and time every request."""
    app.extensions["glimpse-metrics"] = Metrics(services)
    app.before_request(_begin)
    app.after_request(_end)
