"""Models on disk: one complete bundle, and the registry of versions."""
