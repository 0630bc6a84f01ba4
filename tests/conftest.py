"""What all tests share: the fixtures of the real and the embedded store."""

import os

pytest_plugins = ("tests.redis_server",)


def pytest_xdist_auto_num_workers() -> int:
    """Return half as many workers again as there are cores: a good part of its time a test waits."""
    cores = os.cpu_count() or 1
    return cores + cores // 2
