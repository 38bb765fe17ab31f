"""What the database says, in the product's own errors."""

from pathlib import Path

import pytest
from sqlalchemy import QueuePool, create_engine

from ledger.errors import Unavailable
from ledger.store.faults import translated


def test_no_free_connection_is_unavailable(tmp_path: Path) -> None:
    engine = create_engine(
        f"sqlite:///{tmp_path / 'mirror.db'}", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.01
    )
    with (
        engine.connect(),
        pytest.raises(Unavailable, match="every connection is in use: try again"),
        translated("sqlite:///mirror.db"),
        engine.connect(),
    ):
        pass
    with translated("sqlite:///mirror.db"), engine.connect():
        pass
    engine.dispose()
