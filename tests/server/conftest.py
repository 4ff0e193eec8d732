from tests.sync.conftest import desk, running, served

__all__ = ["desk", "running", "served"]
