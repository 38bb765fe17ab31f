"""An invented city: organizations, a catalog, an application for trying out. No real body, person or record."""

from pathlib import Path
from typing import Final

ORGANIZATIONS: Final = Path(__file__).with_name("organizations.json")
CATALOG: Final = Path(__file__).with_name("catalog.json")
APPLICATION: Final = Path(__file__).with_name("application.json")
CALENDAR: Final = Path(__file__).with_name("calendar-2026.csv")
