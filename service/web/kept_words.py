"""Sentences that checks word in English where they look, found again to be told in any language."""


def kept(sentence: str) -> str:
    """The sentence itself; the name marks it for the catalogue."""
    return sentence


KEPT = (
    kept("answers"),
    kept("does not answer: start it, or check GLIMPSE_REDIS_URL"),
    kept("at {version}"),
    kept("at {version}, this version needs {needed}: run glimpse db upgrade"),
    kept("version {version}"),
    kept("{name}, {number} dimensions"),
    kept("{number} alive"),
    kept("none is alive: start glimpse up or glimpse worker"),
    kept("only {free} GB are free where the home lies: make room"),
    kept("{free} GB of {total} GB are free"),
    kept("writes, reads and deletes"),
    kept(
        "on: flags {found} of {children} pictures with children and {wrong} of {others} without"
        " ({material}); {waiting} pictures wait for an admin"
    ),
    kept("off: switched off for {encoder}; glimpse picture-check --on checks again"),
    kept("off: {name} has no operating point; measure one with glimpse picture-check --measure"),
    kept("the picture check: {score}, above {threshold}"),
    kept("what this release ships"),
    kept("The rules that this release ships."),
    kept("drawings like the sample's, which show what their description says"),
)
