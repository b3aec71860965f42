from pathlib import Path
from typing import Any

import pytest

from speakup.embedded.demonstration import Force
from tests.culture.builders import write_keys


@pytest.fixture
def keys(force: Force, settings: Any, tmp_path: Path) -> Path:
    """The folder of the metrics worker, with the private halves of two years."""
    folder = tmp_path / "metrics"
    write_keys(force.root_seed, folder)
    settings.METRICS_KEYS_DIR = folder
    return folder
