"""The admin's page of encoders: how far each is, what it measured, and every step of its life."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.db.encoder_progress import Standing
from service.domain import Role
from service.encoder.presets import presets
from service.errors import Invalid
from service.jobs import alive_workers
from service.web.auth import requires
from service.web.context import services, signed_in
from service.web.encoder_words import (
    encoder_state_words,
    figures_of,
    preset_words,
    published_words,
    time_left,
)
from service.web.words import say as _

blueprint = Blueprint("encoders", __name__, url_prefix="/admin/encoders")


class NoEncoderNamed(Invalid):
    """Choose an encoder, or write the name of another one."""

    field = "spec"


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """The words of this page."""
    return {
        "encoder_state_words": encoder_state_words,
        "figures_of": figures_of,
        "published_words": published_words,
        "preset_words": preset_words,
        "time_left": time_left,
    }


@blueprint.get("")
@requires(Role.ADMIN)
def overview() -> str:
    """Every encoder, what was ordered, and what could be added."""
    found = services().catalogue.listed()
    orders = services().catalogue.orders()
    training = services().trainings.progress()
    here = {one.encoder.spec for one in found} | {order.spec for order in orders}
    return render_template(
        "encoders.html",
        found=found,
        lacking=services().catalogue.lacking(),
        training=training,
        serving=next((one for one in found if one.encoder.state == "serving"), None),
        orders=orders,
        presets=[one for one in presets().values() if one.spec not in here],
        former=any(can_go_back(one) for one in found),
        busy=training.is_open
        or any(one.encoder.state == "building" for one in found)
        or any(order.state == "waiting" for order in orders),
        workers=len(alive_workers(services().cache.client)),
        notice=services().serving.notice(),
    )


def can_go_back(one: Standing) -> bool:
    """Whether it served once and could do so at once."""
    return one.encoder.state == "ready" and one.served


@blueprint.post("/add")
@requires(Role.ADMIN)
def add() -> ResponseReturnValue:
    """Have a worker fetch and build an encoder."""
    spec = request.form.get("other", "").strip() or request.form.get("spec", "")
    if not spec:
        raise NoEncoderNamed
    services().catalogue.order("add", spec)
    return _back(_("A worker fetches it and begins; this page shows how far it is."))


@blueprint.post("/<int:encoder_id>/pause")
@requires(Role.ADMIN)
def pause(encoder_id: int) -> ResponseReturnValue:
    """Let a build wait."""
    services().catalogue.pause(encoder_id, by=signed_in())
    return _back(_("The build is paused."))


@blueprint.post("/<int:encoder_id>/resume")
@requires(Role.ADMIN)
def resume(encoder_id: int) -> ResponseReturnValue:
    """Go on with a build."""
    services().catalogue.resume(encoder_id, by=signed_in())
    return _back(_("The build goes on."))


@blueprint.post("/<int:encoder_id>/measure")
@requires(Role.ADMIN)
def measure(encoder_id: int) -> ResponseReturnValue:
    """Have a worker measure an encoder."""
    services().catalogue.order("measure", services().catalogue.one(encoder_id).encoder.spec)
    return _back(_("A worker measures it; the figures appear here."))


@blueprint.post("/<int:encoder_id>/switch")
@requires(Role.ADMIN)
def switch(encoder_id: int) -> ResponseReturnValue:
    """Let an encoder serve."""
    anyway = request.form.get("anyway") == "yes"
    stored = services().catalogue.switch(encoder_id, anyway=anyway, by=signed_in())
    return _back(_("%(spec)s serves the search now.", spec=stored.spec))


@blueprint.post("/<int:encoder_id>/train")
@requires(Role.ADMIN)
def train(encoder_id: int) -> ResponseReturnValue:
    """Have a worker train scorers for an encoder before it serves."""
    user = signed_in()
    services().trainings.start(encoder_id=encoder_id, who=user.name if user else "")
    return _back(_("A worker trains scorers for it; the page shows when one is there."))


@blueprint.post("/rollback")
@requires(Role.ADMIN)
def rollback() -> ResponseReturnValue:
    """Let the former encoder serve again."""
    stored = services().catalogue.rollback(by=signed_in())
    return _back(_("%(spec)s serves the search again.", spec=stored.spec))


@blueprint.post("/<int:encoder_id>/remove")
@requires(Role.ADMIN)
def remove(encoder_id: int) -> ResponseReturnValue:
    """Drop an encoder and its vectors."""
    stored = services().catalogue.remove(encoder_id, by=signed_in())
    return _back(_("%(spec)s is removed with its vectors.", spec=stored.spec))


@blueprint.post("/orders/<int:order_id>/drop")
@requires(Role.ADMIN)
def drop_order(order_id: int) -> ResponseReturnValue:
    """Forget an order."""
    services().catalogue.drop_order(order_id)
    return redirect(url_for("encoders.overview"), HTTPStatus.SEE_OTHER)


def _back(said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("encoders.overview"), HTTPStatus.SEE_OTHER)
