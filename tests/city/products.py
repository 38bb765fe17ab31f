"""Products of the city's operators: listed, priced, suspended, delisted; and what is disclosed every year."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ledger.model import canonical
from ledger.model.ids import entry_id
from ledger.model.workdays import local_date
from tests.city.chain import CityChain
from tests.city.grants import EXPORT, OPERATE, OVERALL
from tests.city.model import Grant, State

_OPERATION = {1: EXPORT, 2: 1, 3: 4, 4: 2, 5: EXPORT, 6: EXPORT}
"""Form → the operation that its inputs must be granted for."""
_PURPOSES = (2, 4, 8, 16)
_FREE = 6
_UNIT = b"call".ljust(32, b"\0")


@dataclass(slots=True)
class Product:
    """A product, as far as its status goes."""

    number: int
    grant: Grant
    purpose: int
    status: str = "LISTED"


class Market:
    """What operators offer."""

    def __init__(self, chain: CityChain, state: State) -> None:
        self._chain = chain
        self._state = state
        self._products: list[Product] = []
        self._disclosed: set[tuple[int, int]] = set()

    def offer(self) -> None:
        """Lists a product under a grant that covers its inputs, sets a ceiling and a price."""
        random = self._state.random
        now = self._state.now
        grants = [
            one
            for one in self._state.grants
            if one.kind == OPERATE and one.mode != OVERALL and one.effective(now) and one.purposes & 30
        ]
        if not grants:
            return
        grant = random.choice(grants)
        form = random.choice(list(_OPERATION))
        inputs = self._covered(grant, _OPERATION[form])
        if not inputs:
            return
        operator = self._state.organizations[grant.grantee]
        number = len(self._products) + 1
        own = entry_id(operator.code, f"product/{number}")
        content = {"format": "mulu-entry/1", "source": "city", "title": f"样例产品 {number}(虚构)"}
        publication = {
            "provider": operator.raw,
            "expectedVersion": 0,
            "kind": 2,
            "share": 0,
            "open": 0,
            "level": 0,
            "reason": bytes(32),
            "localCode": f"product/{number}".encode(),
            "content": canonical.encode(content),
        }
        purpose = random.choice([bit for bit in _PURPOSES if bit & grant.purposes])
        product = {
            "grant": grant.number,
            "source": 0,
            "entry": bytes(own),
            "form": form,
            "purpose": purpose,
            "redevelopable": random.random() < 0.5,
            "inputs": sorted(inputs),
            "content": canonical.encode({"format": "mulu-product/1", "title": f"样例产品 {number}(虚构)"}),
        }
        self._chain.send(operator.clerk, "Catalog", "publish", [publication])
        self._chain.send(operator.clerk, "Products", "add", [product])
        self._products.append(Product(number, grant, purpose))
        self._price(self._products[-1])

    def change(self) -> None:
        """Sets another price, suspends, resumes or delists one."""
        if not self._products:
            return
        random = self._state.random
        one = random.choice(self._products)
        grantor = self._state.organizations[one.grant.grantor]
        verb = random.choice(
            {"LISTED": ("price", "suspend", "delist"), "SUSPENDED": ("resume",)}.get(one.status, ("",))
        )
        if verb == "price":
            self._price(one)
        elif verb:
            account = grantor.officer if verb == "delist" else grantor.clerk
            step = {"product": one.number, "reason": random.randbytes(32)}
            self._chain.send(account, "Products", verb, [step])
            one.status = {"suspend": "SUSPENDED", "resume": "LISTED", "delist": "DELISTED"}[verb]

    def disclose(self) -> None:
        """Discloses about the year that is over, in time or late, for one grant and by both parties."""
        year = local_date(datetime.fromtimestamp(self._state.now, UTC)).year - 1
        open_ = [
            one
            for one in self._state.grants
            if one.kind == OPERATE
            and one.status != "PLAN"
            and local_date(datetime.fromtimestamp(one.start, UTC)).year <= year
            and (one.number, year) not in self._disclosed
        ]
        if not open_:
            return
        one = self._state.random.choice(open_)
        self._disclosed.add((one.number, year))
        grantor, grantee = self._state.organizations[one.grantor], self._state.organizations[one.grantee]
        for kind, account in ((1, grantor.officer), (2, grantee.clerk)):
            disclosure = {
                "grant": one.number,
                "year": year,
                "kind": kind,
                "expectedVersion": 0,
                "content": canonical.encode({"format": "mulu-disclosure/1", "title": f"{year} 年度披露(虚构)"}),
            }
            self._chain.send(account, "Products", "disclose", [disclosure])

    def _price(self, one: Product) -> None:
        random = self._state.random
        ceiling = 0 if one.purpose & _FREE else random.randint(1, 10_000)
        grantor = self._state.organizations[one.grant.grantor]
        operator = self._state.organizations[one.grant.grantee]
        cap = {"product": one.number, "ceiling": ceiling, "unit": _UNIT, "document": random.randbytes(32)}
        self._chain.send(grantor.officer, "Products", "setCeilings", [cap])
        price = {
            "product": one.number,
            "price": random.randint(0, ceiling),
            "unit": _UNIT,
            "trial": random.random() < 0.3,
            "document": bytes(32),
        }
        self._chain.send(operator.clerk, "Products", "setPrices", [price])

    def _covered(self, grant: Grant, operation: int) -> list[bytes]:
        """Entries that the grant covers now for an operation."""
        running = {entry.id for one in self._state.registrations if one.runs(self._state.now) for entry in one.entries}
        covered = []
        for key, part in grant.scope.items():
            entry = self._state.entry_of[key]
            exports = operation != EXPORT or (entry.open != 3 and entry.level <= 2)
            permitted = not entry.retired and entry.open and 1 <= entry.level <= grant.level and exports
            if permitted and part.operations & operation and key in running:
                covered.append(bytes(key))
        return covered
