"""Parameters of pages are read with forbearance; a person cannot be told to strike a parameter from an address."""

from pydantic import BaseModel, ConfigDict, model_validator


class Forgiving(BaseModel):
    """Forms send empty fields, and links from elsewhere carry parameters of others."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, given: object) -> object:
        return {name: value for name, value in given.items() if value != ""} if isinstance(given, dict) else given
