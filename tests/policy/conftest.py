"""One compiled gate for all tests of the policy."""

import pytest

from service.policy.gate import Gate
from service.policy.shipped import shipped_rules


@pytest.fixture(scope="session")
def gate() -> Gate:
    """The gate over the shipped rules."""
    return Gate([shipped_rules()])
