"""What is known of each file, as small serialisable values without logic."""
