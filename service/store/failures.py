"""What can be wrong with the store; every driver's own errors are translated here."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from service.errors import GlimpseError, Invalid, NotFound, Unavailable

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class MissingFile(NotFound):
    """The store has no file {key}. Bring it back from a copy, or delete the picture."""


class StoreFull(Unavailable):
    """There is no room left in the store {url}; make room or set GLIMPSE_STORE_URL elsewhere."""


class StoreUnavailable(Unavailable):
    """The store {url} does not answer ({reason}); look at it and at GLIMPSE_STORE_URL."""


class UnknownStore(Invalid):
    """Glimpse cannot store pictures in {url}: {mend}."""


class NotAKey(Invalid):
    """{key} is not the name of a stored file; names are made by the functions of service.store."""


def shown(url: str) -> str:
    """The URL as it may be told: without the name and password that it may hold."""
    return re.sub(r"//[^/]*@", "//", url)


@contextmanager
def translated(url: str, *, reading: str | None = None) -> Iterator[None]:
    """Turn what a driver raises into an error of ours; reading names a file that must be there."""
    try:
        yield
    except GlimpseError:
        raise
    except FileNotFoundError as error:
        if reading is not None:
            raise MissingFile(key=reading) from error
        raise StoreUnavailable(url=url, reason=_reason(error)) from error
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFull(url=url) from error
        raise StoreUnavailable(url=url, reason=_reason(error)) from error
    except Exception as error:  # drivers of object stores raise classes of their own
        raise StoreUnavailable(url=url, reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
