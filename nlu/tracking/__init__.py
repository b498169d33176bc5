"""What is told of each training to a tracking server: its settings, figures, files and whether it answers."""
