"""When it matters: feedback, and leaving for good."""
