"""An invented city: organizations and a catalog to try things out with. No real body, person or record."""

from pathlib import Path
from typing import Final

ORGANIZATIONS: Final = Path(__file__).with_name("organizations.json")
CATALOG: Final = Path(__file__).with_name("catalog.json")
