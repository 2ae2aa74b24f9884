"""The demo market: deterministic people and a year of their work, made through the same actions people use."""

from freehold.config.demo.load import load

__all__ = ["load"]
