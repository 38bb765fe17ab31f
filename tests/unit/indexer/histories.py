"""Random histories for hypothesis: blocks whose acts fit the state they stand on."""

from dataclasses import dataclass, field, replace
from hashlib import sha256

from hypothesis import strategies as st

from ledger.model.grant import Approval
from ledger.model.organization_code import sample_code
from tests.unit.indexer.fake_chain import CODE, GENESIS_TIME, Block, child, founding, genesis
from tests.unit.indexer.grant_acts import GrantActs

LOCAL_CODES = (b"a", b"b", b"c", b"\xff", "数".encode())
KINDS = ["publish", "publish", "publish", "retire", "organize", "describe", "suspend", "account", "rotate", "propose"]
REGISTERING = ["file", "file", "advance", "issue", "issue", "status", "settle", "code", "object", "object", "decide"]
NUMBERS = ("R20260105000001A", "R20260105000002B")
STEPS = (("ApplicationAccepted", 4), ("ReviewPassed", 5), ("NoticeOpened", 6), ("ApplicationWithdrawn", 13))
STATUSES = (("RegistrationSuspended", 2), ("RegistrationResumed", 1), ("RegistrationRevoked", 4))
DECISIONS = (("ObjectionAccepted", 2), ("ObjectionRejected", 3), ("ObjectionUpheld", 4), ("ObjectionDismissed", 5))
GRANTING = [
    "plan", "scope", "scope", "enter", "enter", "enter", "amend", "amend", "fate", "fate", "withdraw", "settle",
    "product", "price", "product fate", "disclose",
]  # fmt: skip
MOST_GRANTS = 3
"""So that much happens to each."""
FATES = (("GrantSuspended", 2), ("GrantResumed", 1), ("GrantRevoked", 4))
PRODUCT_FATES = (("ProductSuspended", 2), ("ProductResumed", 1), ("ProductDelisted", 3))
CONTENTS = (None, b"no json", b'{"format":"mulu-entry/1"}', b"[]")


@dataclass(frozen=True)
class Registration:
    """Versions drawn up, the one issued last, whether the last is open, and which are settled."""

    versions: int = 0
    issued: int = 0
    open: bool = False
    settled: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Granted:
    """Versions drawn up, the one in force, whether the last is open, and the entries that each version holds."""

    versions: int = 1
    current: int = 0
    open: bool = True
    listed: int = 0
    """Entries that the open version lists."""
    held: dict[int, tuple[bytes, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    """A block, and what its history began: versions by local code, retired codes, names that exist."""

    block: Block
    versions: dict[bytes, int] = field(default_factory=dict)
    retired: frozenset[bytes] = frozenset()
    organizations: int = 1
    accounts: tuple[bytes, ...] = ()
    proposals: int = 0
    pending: frozenset[int] = frozenset()
    parameters: int = 0
    registrations: dict[str, Registration] = field(default_factory=dict)
    objections: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Number and version of the registration that each open objection is against."""
    raised: int = 0
    grants: dict[int, Granted] = field(default_factory=dict)
    products: int = 0
    disclosed: int = 0


def beginning() -> World:
    return World(founding(child(genesis(), b"", None)))


@st.composite
def next_world(draw: st.DrawFn, world: World, salt: bytes, granting: bool = False) -> World:
    """The world one block later, with up to six acts; where it is `granting`, of what there is grants only."""
    height = world.block.header.number + 1
    acts = GrantActs(len(world.block.leaves), GENESIS_TIME + 12 * height)
    for _ in range(draw(st.integers(0, 6))):
        act = _grant if granting and len(world.versions) > 1 else _act
        world = act(draw, world, acts)
    return replace(world, block=child(world.block, salt, acts))


def _act(draw: st.DrawFn, world: World, acts: GrantActs) -> World:
    lot = draw(st.integers(0, 4))
    if lot == 0:
        return _register(draw, world, acts)
    if lot == 1:
        return _grant(draw, world, acts)
    kind = draw(st.sampled_from(KINDS))
    proposal = draw(st.sampled_from(sorted(world.pending))) if world.pending and draw(st.booleans()) else 0
    settled = replace(world, pending=world.pending - {proposal})
    if kind == "publish":
        code = draw(st.sampled_from(LOCAL_CODES))
        version = world.versions.get(code, 0) + 1
        acts.publish(code, version, draw(st.sampled_from(CONTENTS)), share=draw(st.integers(0, 3)))
        return replace(world, versions=world.versions | {code: version}, retired=world.retired - {code})
    if kind == "retire":
        active = sorted(set(world.versions) - world.retired)
        if not active:
            return world
        code = draw(st.sampled_from(active))
        acts.retire(code, world.versions[code] + 1)
        return replace(
            world, versions=world.versions | {code: world.versions[code] + 1}, retired=world.retired | {code}
        )
    if kind == "organize":
        acts.add_organization(sample_code(world.organizations), proposal=proposal, parent=CODE)
        return replace(settled, organizations=world.organizations + 1)
    if kind == "describe":
        acts.describe_organization(
            sample_code(draw(st.integers(0, world.organizations - 1))), draw(st.binary(max_size=9))
        )
        return world
    if kind == "suspend":
        acts.suspend(sample_code(draw(st.integers(0, world.organizations - 1))))
        return world
    if kind == "account":
        address = bytes([len(world.accounts) + 1]) * 20
        acts.add_account(address, proposal=proposal)
        return replace(settled, accounts=(*world.accounts, address))
    if kind == "rotate" and world.accounts:
        address = bytes([len(world.accounts) + 1]) * 20
        acts.rotate_account(draw(st.sampled_from(world.accounts)), address)
        return replace(world, accounts=(*world.accounts, address))
    if kind == "propose":
        acts.propose(world.proposals + 1)
        return replace(world, proposals=world.proposals + 1, pending=world.pending | {world.proposals + 1})
    acts.set_parameter("notice_workdays", world.parameters + 1, 2**127, proposal=proposal, since=2**64 - 1)
    return replace(settled, parameters=world.parameters + 1)


def _register(draw: st.DrawFn, world: World, acts: GrantActs) -> World:
    kind = draw(st.sampled_from(REGISTERING))
    number = draw(st.sampled_from(NUMBERS))
    known = world.registrations.get(number, Registration())
    changed = known
    if kind == "decide":
        return _decide(draw, world, acts)
    if kind == "object" and known.versions:
        version = draw(st.integers(1, known.versions))
        acts.raise_objection(world.raised + 1, number, version=version)
        objections = world.objections | {world.raised + 1: (number, version)}
        return replace(world, objections=objections, raised=world.raised + 1)
    if kind == "file" and not known.open:
        ids = sorted(draw(st.sets(st.sampled_from([b"\1" * 32, b"\2" * 32, b"\3" * 32]), min_size=1)))
        acts.file(number, known.versions + 1, entries=ids, content=draw(st.sampled_from([b"?", b"{}"])))
        changed = replace(known, versions=known.versions + 1, open=True)
    elif kind == "advance" and known.open:
        event, stage = draw(st.sampled_from(STEPS))
        acts.advance(event, number, stage, known.versions, deadline=acts.time + 5, late=draw(st.booleans()))
        changed = replace(known, open=stage != 13)
    elif kind == "issue" and known.open:
        acts.issue(number, known.versions, known.issued)
        settled = known.settled | {known.issued} if known.issued else known.settled
        changed = replace(known, issued=known.versions, open=False, settled=settled)
    elif kind == "status" and known.issued:
        event, status = draw(st.sampled_from(STATUSES))
        acts.set_status(event, number, status, known.issued)
        changed = replace(known, open=known.open and status != 4)
    elif kind == "settle" and set(range(1, known.versions)) - known.settled:
        version = min(set(range(1, known.versions)) - known.settled)
        acts.settle(number, version)
        changed = replace(known, settled=known.settled | {version})
    elif kind == "code" and known.issued:
        acts.assign_code(number, draw(st.sampled_from([b"N-1", b"N-2"])))
    return replace(world, registrations=world.registrations | {number: changed})


def _decide(draw: st.DrawFn, world: World, acts: GrantActs) -> World:
    if not world.objections:
        return world
    objection = draw(st.sampled_from(sorted(world.objections)))
    event, state = draw(st.sampled_from(DECISIONS))
    acts.decide(event, objection, state, world.objections[objection][0])
    kept = {at: target for at, target in world.objections.items() if at != objection or state == 2}
    return replace(world, objections=kept)


def _grant(draw: st.DrawFn, world: World, acts: GrantActs) -> World:
    kind = draw(st.sampled_from(GRANTING))
    if not world.grants or (kind == "plan" and len(world.grants) < MOST_GRANTS):
        number = len(world.grants) + 1
        parent = draw(st.sampled_from([0, *world.grants]))
        acts.plan(number, parent=parent, content=draw(st.sampled_from([b"?", b"{}"])))
        return replace(world, grants=world.grants | {number: Granted()})
    number = draw(st.sampled_from(sorted(world.grants)))
    known = world.grants[number]
    if kind in ("product", "price", "product fate", "disclose"):
        return _offer(draw, world, acts, kind, number)
    changed = _grant_act(draw, world, acts, kind, number, known)
    return replace(world, grants=world.grants | {number: changed})


def _grant_act(draw: st.DrawFn, world: World, acts: GrantActs, kind: str, number: int, known: Granted) -> Granted:
    last = known.versions
    if kind == "scope" and known.open:
        ids = sorted({sha256(code).digest() for code in world.versions} - set(known.held.get(last, ())))
        listed = tuple(ids[: draw(st.integers(1, 2))])
        if listed:
            acts.scope(number, list(listed), last, known.listed)
            held = known.held | {last: known.held.get(last, ()) + listed}
            return replace(known, listed=known.listed + len(listed), held=held)
    elif kind == "enter" and known.open:
        acts.approve(number, Approval.AUTHORITY, last)
        if draw(st.booleans()):
            acts.approve(number, Approval.SIGNATURE, last, entered=True)
            return replace(known, open=False, current=last)
    elif kind == "amend" and known.current and not known.open:
        acts.plan(number, last + 1, basis=draw(st.sampled_from([2, 3])))
        return replace(known, versions=last + 1, open=True, listed=0)
    elif kind == "fate" and known.current:
        event, status = draw(st.sampled_from(FATES))
        acts.set_grant_status(event, number, status, known.current)
        return replace(known, open=known.open and status != 4)
    elif kind == "withdraw" and known.open:
        acts.withdraw(number, last)
        return replace(known, open=False)
    elif kind == "settle" and known.held:
        version = draw(st.sampled_from(sorted(known.held)))
        kept = list(known.held[version])
        released = kept[: draw(st.integers(1, len(kept)))]
        acts.settle_grant(number, released, version)
        rest = tuple(kept[len(released) :])
        held = {at: ids for at, ids in known.held.items() if at != version}
        return replace(known, held=held | {version: rest} if rest else held)
    return known


def _offer(draw: st.DrawFn, world: World, acts: GrantActs, kind: str, number: int) -> World:
    if kind == "disclose":
        acts.disclose(number, 2026, world.disclosed + 1, content=draw(st.sampled_from([b"?", b"{}"])))
        return replace(world, disclosed=world.disclosed + 1)
    if kind == "product" or not world.products:
        source = draw(st.integers(0, world.products))
        acts.add_product(world.products + 1, 0 if source else number, source=source)
        return replace(world, products=world.products + 1)
    product = draw(st.integers(1, world.products))
    if kind == "price":
        if draw(st.booleans()):
            acts.set_ceiling(product, 100, withdrawn=draw(st.booleans()))
        else:
            acts.set_price(product, 2**64 - 1)
    else:
        event, status = draw(st.sampled_from(PRODUCT_FATES))
        acts.change_product(event, product, status)
    return world
