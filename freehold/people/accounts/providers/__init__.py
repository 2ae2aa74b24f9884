"""What django-allauth asks us."""
