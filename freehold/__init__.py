"""Freehold: the freelance marketplace you own."""
