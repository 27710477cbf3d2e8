"""Liveness, readiness and metrics, for whatever watches over the service."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from service.web.context import services
from service.web.metrics import metrics

blueprint = Blueprint("health", __name__)


@blueprint.get("/health/live")
def live() -> ResponseReturnValue:
    """The process answers; nothing else is asked."""
    return {"status": "ok"}


@blueprint.get("/health/ready")
def ready() -> ResponseReturnValue:
    """What is missing, part by part; pictures still pending are no reason to be unready."""
    health = services().health()
    body = {
        "status": "ready" if health.ready else "not ready",
        "checks": {
            name: {"ok": check.ok, "detail": check.detail} for name, check in health.checks.items()
        },
        "pending": health.pending,
        "loading": health.loading,
    }
    return body, 200 if health.ready else 503


@blueprint.get("/metrics", endpoint="metrics")
def show_metrics() -> Response:
    """Prometheus' text format."""
    return Response(metrics().text(), content_type=CONTENT_TYPE_LATEST)
