"""Scopes: what a token may do; one sorted list, checked by the door and never instead of a policy."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    ACCOUNT_CLOSURE_READ = "account:closure:read"
    ACCOUNT_READ = "account:read"
    MARKET_JOBS_READ = "market:jobs:read"
    MARKET_JOBS_WRITE = "market:jobs:write"
    MARKET_PROFILES_READ = "market:profiles:read"
    MARKET_PROPOSALS_READ = "market:proposals:read"
    MARKET_PROPOSALS_WRITE = "market:proposals:write"
    MONEY_READ = "money:read"
    WORK_CONTRACTS_READ = "work:contracts:read"
    WORK_MILESTONES_WRITE = "work:milestones:write"
