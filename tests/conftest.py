"""Settings that all tests share."""

from hypothesis import HealthCheck, settings

# A loaded machine is no fault of the code under test, so the clock fails no property.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")
