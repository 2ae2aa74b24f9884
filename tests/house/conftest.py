"""The town the house's tests walk through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest


@pytest.fixture(scope="module")
def town(long_db: None, at: datetime, client_for: Any) -> Any:
    from tests.cast import assemble
    from tests.house import world
    from tests.house.town import Town

    cast = assemble(at)
    return Town(cast, world.build(cast, at), client_for)
