"""System entities: dates, times, numbers and money as people write and say them, computed instead of listed."""
