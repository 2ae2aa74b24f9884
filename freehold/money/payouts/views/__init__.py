"""Pages of the wallet and of what goes out."""

from freehold.money.payouts.views.payouts import add_method, cancel, methods, payout, remove_method, request
from freehold.money.payouts.views.wallet import wallet

__all__ = ["add_method", "cancel", "methods", "payout", "remove_method", "request", "wallet"]
