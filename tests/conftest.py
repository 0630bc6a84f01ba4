"""What all tests share: the fixtures of the real and the embedded store."""

pytest_plugins = ("tests.redis_server",)
