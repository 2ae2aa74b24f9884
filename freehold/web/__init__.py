"""The door for people: the frame around every page, landing, home, error pages and the style page."""
