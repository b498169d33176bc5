"""Korean text: normalised, taken apart, its particles, and personal data in it."""
