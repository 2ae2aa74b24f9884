"""How they meet: categories, profiles, credits, jobs, proposals and search."""
