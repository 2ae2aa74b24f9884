"""What they say: files and notifications."""
