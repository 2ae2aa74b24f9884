"""
Logging: one line per event, no personal data.

Paths are logged without their query strings. What a database error quotes from a row (its DETAIL) is cut off,
since rows are about people.
"""

from __future__ import annotations

import logging
import logging.config
import sys
import traceback
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def without_rows(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Render an exception by its frames and the first line of its message."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        lines = []
        for one in _chain(error):
            lines += traceback.format_tb(one.__traceback__)
            lines.append(f"{type(one).__name__}: {(str(one).splitlines() or [''])[0][:300]}\n")
        event["exception"] = "".join(lines).rstrip()
    return event


def _chain(error: BaseException) -> list[BaseException]:
    chain, cause = [error], error.__cause__ or error.__context__
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    return chain[::-1]


def configure(mode: str) -> None:
    """
    Set up logging to standard error: lines for people, or JSON in production.

    :param mode: the installation's mode
    """
    render: Any = structlog.processors.JSONRenderer()
    if mode != "production":
        render = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0, sort_keys=False)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=mode != "test",
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": _SHARED,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        without_rows,
                        render,
                    ],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                "freehold": {"level": "WARNING" if mode == "test" else "INFO"},
                # A refused page is an answer, not an event.
                "django.request": {"level": "ERROR"},
                "django.security.DisallowedHost": {"level": "CRITICAL"},
                "procrastinate": {"level": "WARNING"},
            },
        }
    )
