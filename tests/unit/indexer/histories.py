"""Random histories for hypothesis: blocks whose acts fit the state they stand on."""

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from ledger.model.organization_code import sample_code
from tests.unit.indexer.fake_chain import CODE, GENESIS_TIME, Acts, Block, child, founding, genesis

LOCAL_CODES = (b"a", b"b", b"c", b"\xff", "数".encode())
KINDS = ["publish", "publish", "publish", "retire", "organize", "describe", "suspend", "account", "rotate", "propose"]
CONTENTS = (None, b"no json", b'{"format":"mulu-entry/1"}', b"[]")


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


def beginning() -> World:
    return World(founding(child(genesis(), b"", None)))


@st.composite
def next_world(draw: st.DrawFn, world: World, salt: bytes) -> World:
    """The world one block later, with up to six acts."""
    height = world.block.header.number + 1
    acts = Acts(len(world.block.leaves), GENESIS_TIME + 12 * height)
    for _ in range(draw(st.integers(0, 6))):
        world = _act(draw, world, acts)
    return replace(world, block=child(world.block, salt, acts))


def _act(draw: st.DrawFn, world: World, acts: Acts) -> World:
    kind = draw(
        st.sampled_from(
            [
                "publish",
                "publish",
                "publish",
                "retire",
                "organize",
                "describe",
                "suspend",
                "account",
                "rotate",
                "propose",
            ]
        )
    )
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
