"""Entries of the city: published, changed, retired."""

from typing import Any

from ledger.model import canonical
from ledger.model.ids import entry_id
from tests.city.chain import CityChain
from tests.city.model import Entry, Organization, State

_CHUNK = 100
_SUBJECTS = ("水情", "空气质量", "公交到站", "企业登记", "医保结算", "学位", "停车泊位", "林地", "养老机构", "行政许可")
_ITEMS = ("编号", "名称", "日期", "数值", "单位", "状态", "来源", "区划", "备注", "类别", "坐标", "等级")


def publish(chain: CityChain, state: State, count: int) -> None:
    """Publishes new entries of random providers; waits for the next block."""
    random = state.random
    providers = state.of_kind(2, 3, 4, 5)
    waiting: list[tuple[Organization, dict[str, Any]]] = []
    for _ in range(count):
        provider = random.choice(providers)
        own = state.by_provider.setdefault(provider.code, [])
        code = f"{300_000 + len(own)}/{random.randrange(1_000):03d}"
        entry = Entry(
            id=entry_id(provider.code, code),
            provider=provider.code,
            local_code=code,
            share=random.choices((0, 1, 2, 3), (1, 5, 3, 1))[0],
            open=random.choices((0, 1, 2, 3), (1, 4, 3, 2))[0],
            level=random.choices((0, 1, 2, 3, 4), (1, 6, 4, 2, 1))[0],
            items=random.randint(1, len(_ITEMS)),
        )
        state.entries.append(entry)
        state.entry_of[entry.id] = entry
        own.append(entry)
        waiting.append((provider, _publication(entry, 0)))
    _send(chain, state, waiting)


def change(chain: CityChain, state: State, count: int) -> None:
    """Publishes further versions: an item more, another level, share or open looser or stricter with a reason."""
    random = state.random
    waiting = []
    for entry in random.sample(state.entries, min(count, len(state.entries))):
        if entry.retired and random.random() < 0.7:
            continue
        before = entry.version
        entry.items = min(entry.items + random.randint(0, 1), len(_ITEMS))
        entry.share = _moved(state, entry.share, 3)
        entry.open = _moved(state, entry.open, 3)
        entry.level = _moved(state, entry.level, 4)
        entry.version += 1
        entry.retired = False
        waiting.append((state.organizations[entry.provider], _publication(entry, before)))
    _send(chain, state, waiting)


def retire(chain: CityChain, state: State, count: int) -> None:
    """Retires entries that nothing holds."""
    random = state.random
    free = [entry for entry in state.entries if not entry.retired and entry.holds == 0]
    by_provider: dict[str, list[dict[str, Any]]] = {}
    for entry in random.sample(free, min(count, len(free))):
        element = {"id": bytes(entry.id), "expectedVersion": entry.version, "reason": random.randbytes(32)}
        by_provider.setdefault(entry.provider, []).append(element)
        entry.version += 1
        entry.retired = True
    for code, elements in by_provider.items():
        chain.send(state.organizations[code].clerk, "Catalog", "retire", elements)


def _moved(state: State, value: int, last: int) -> int:
    """A value that is stated stays stated."""
    if state.random.random() < 0.7:
        return value
    return state.random.randint(min(value, 1), last)


def _publication(entry: Entry, expected: int) -> dict[str, Any]:
    subject = _SUBJECTS[int.from_bytes(entry.id[:2]) % len(_SUBJECTS)]
    content = {
        "format": "mulu-entry/1",
        "source": "city",
        "title": f"{subject} {entry.local_code}",
        "abstract": f"{subject}的样例数据，第 {expected + 1} 版，不对应任何真实数据。",
        "items": [{"name": name} for name in _ITEMS[: entry.items]],
    }
    return {
        "provider": entry.provider.encode(),
        "expectedVersion": expected,
        "kind": 1,
        "share": entry.share,
        "open": entry.open,
        "level": entry.level,
        "reason": entry.id if expected else bytes(32),
        "localCode": entry.local_code.encode(),
        "content": canonical.encode(content),
    }


def _send(chain: CityChain, state: State, waiting: list[tuple[Organization, dict[str, Any]]]) -> None:
    """One transaction for each signer's hundred."""
    by_signer: dict[bytes, list[dict[str, Any]]] = {}
    for provider, publication in waiting:
        # Where there is a sector authority, its clerk signs, as in a city-wide file.
        signer = state.organizations[provider.sector_authority or provider.code]
        by_signer.setdefault(signer.clerk, []).append(publication)
    for account, publications in by_signer.items():
        for first in range(0, len(publications), _CHUNK):
            chain.send(account, "Catalog", "publish", publications[first : first + _CHUNK])
