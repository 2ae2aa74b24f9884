"""Live events: a NOTIFY on one channel, carried to open pages by the events process."""

from __future__ import annotations

import json
from uuid import UUID

from django.db import connection

CHANNEL = "freehold_live"


def tell(account_id: UUID, kind: str, ref: str = "") -> None:
    """
    Tell the open pages of one person that something changed; sent when the transaction commits.

    Called from background work only: NOTIFY serializes commits, so it stays out of actions.
    """
    payload = json.dumps({"account": str(account_id), "kind": kind, "ref": ref})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
