"""Log lines: structured, readable on a terminal and JSON elsewhere."""

import logging
import sys

import structlog
from structlog.typing import Processor

from service.config import Settings

# These speak of every connection or every task; only their complaints are wanted.
QUIET = (
    "celery",
    "kombu",
    "alembic",
    "urllib3",
    "botocore",
    "aiobotocore",
    "PIL",
    "httpx",
    "httpx2",
    "huggingface_hub",
    "sentence_transformers",
    "transformers",
    "pymorphy3",
)

# Without local variables: they may hold what a person searched for.
TRACEBACK = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def configure_logs(settings: Settings) -> None:
    """Send our own and the libraries' log lines to stderr in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *rendering(settings),
            ],
        )
    )
    handler.addFilter(without_open_clip_chatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def without_open_clip_chatter(record: logging.LogRecord) -> bool:
    """It logs each step of loading under no name of its own."""
    return record.levelno > logging.INFO or "open_clip" not in record.pathname


def rendering(settings: Settings) -> list[Processor]:
    """The last steps, by the setting or by where the lines go."""
    pretty = settings.log_format == "pretty" or (
        settings.log_format == "auto" and sys.stderr.isatty()
    )
    if pretty:
        return [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    return [
        structlog.processors.ExceptionRenderer(TRACEBACK),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
