"""Area codes of 12 digits, 2+2+2+3+3 (province, city, district, subdistrict, community), as numbers (`AreaCode`)."""

from typing import Final

_LIMIT: Final = 10**12
_UNITS: Final = (10**10, 10**8, 10**6, 10**3, 1)


def contains(outer: int, inner: int) -> bool:
    """Whether both are area codes and `inner` lies within `outer`: trailing groups of zeros are open."""
    if not (0 < outer < _LIMIT and 0 < inner < _LIMIT):
        return False
    unit = next(size for size in _UNITS if outer % size == 0)
    return inner // unit == outer // unit
