"""Random histories for hypothesis: blocks whose acts fit the state they stand on."""

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from ledger.model.organization_code import sample_code
from tests.unit.indexer.fake_chain import CODE, GENESIS_TIME, Block, RegistrationActs, child, founding, genesis

LOCAL_CODES = (b"a", b"b", b"c", b"\xff", "数".encode())
KINDS = ["publish", "publish", "publish", "retire", "organize", "describe", "suspend", "account", "rotate", "propose"]
REGISTERING = ["file", "file", "advance", "issue", "issue", "status", "settle", "code", "object", "object", "decide"]
NUMBERS = ("R20260105000001A", "R20260105000002B")
STEPS = (("ApplicationAccepted", 4), ("ReviewPassed", 5), ("NoticeOpened", 6), ("ApplicationWithdrawn", 13))
STATUSES = (("RegistrationSuspended", 2), ("RegistrationResumed", 1), ("RegistrationRevoked", 4))
DECISIONS = (("ObjectionAccepted", 2), ("ObjectionRejected", 3), ("ObjectionUpheld", 4), ("ObjectionDismissed", 5))
CONTENTS = (None, b"no json", b'{"format":"mulu-entry/1"}', b"[]")


@dataclass(frozen=True)
class Registration:
    """Versions drawn up, the one issued last, whether the last is open, and which are settled."""

    versions: int = 0
    issued: int = 0
    open: bool = False
    settled: frozenset[int] = frozenset()


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


def beginning() -> World:
    return World(founding(child(genesis(), b"", None)))


@st.composite
def next_world(draw: st.DrawFn, world: World, salt: bytes) -> World:
    """The world one block later, with up to six acts."""
    height = world.block.header.number + 1
    acts = RegistrationActs(len(world.block.leaves), GENESIS_TIME + 12 * height)
    for _ in range(draw(st.integers(0, 6))):
        world = _act(draw, world, acts)
    return replace(world, block=child(world.block, salt, acts))


def _act(draw: st.DrawFn, world: World, acts: RegistrationActs) -> World:
    if draw(st.integers(0, 2)) == 0:
        return _register(draw, world, acts)
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


def _register(draw: st.DrawFn, world: World, acts: RegistrationActs) -> World:
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


def _decide(draw: st.DrawFn, world: World, acts: RegistrationActs) -> World:
    if not world.objections:
        return world
    objection = draw(st.sampled_from(sorted(world.objections)))
    event, state = draw(st.sampled_from(DECISIONS))
    acts.decide(event, objection, state, world.objections[objection][0])
    kept = {at: target for at, target in world.objections.items() if at != objection or state == 2}
    return replace(world, objections=kept)
