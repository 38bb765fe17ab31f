"""Text for people, in the two languages of the product."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One statement; the command line shows `zh` where the locale is Chinese, `en` otherwise."""

    en: str
    zh: str
