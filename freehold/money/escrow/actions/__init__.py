"""What can be done with money set aside and earned."""

from freehold.money.escrow.actions.clocks import mature, warn_of_limit
from freehold.money.escrow.actions.holds import (
    Moved,
    Release,
    Sources,
    abandon_hold,
    freeze_hold,
    fund_hold,
    give_back,
    hand_over,
    move,
    open_hold,
    release,
    unfreeze_hold,
)

__all__ = [
    "Moved",
    "Release",
    "Sources",
    "abandon_hold",
    "freeze_hold",
    "fund_hold",
    "give_back",
    "hand_over",
    "mature",
    "move",
    "open_hold",
    "release",
    "unfreeze_hold",
    "warn_of_limit",
]
