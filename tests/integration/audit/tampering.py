"""What is tampered with in a mirror, by hand, and what an audit has to name."""

from dataclasses import dataclass, field

Named = tuple[str, str, str | None]
"""Kind, place and column of a difference."""


@dataclass(frozen=True)
class Tampering:
    """One tampering with a mirror. `{0}` is what `pick` finds."""

    name: str
    pick: str
    statements: tuple[str, ...]
    want: tuple[Named, ...]
    values: dict[str, str] = field(default_factory=dict)
    """Values of the first difference that must be shown."""


def changed(name: str, table: str, key: str, where: str, column: str, value: str, **values: str) -> Tampering:
    """A row of which one column is changed."""
    return Tampering(
        name,
        f'SELECT {key} FROM "{table}" WHERE {where} LIMIT 1',
        (f'UPDATE "{table}" SET {column} = {value} WHERE {key} = {{0}}',),
        (("ROW_CHANGED", f"{table} ({key.strip(chr(34))} {{0}})", column),),
        values,
    )


MIRROR = [
    changed("an entry's title", "entry", "act_index", "title IS NOT NULL", "title", "'别的'"),
    changed(
        "an entry opened wider", "entry", "act_index", "share = 2 AND to_block IS NULL", "share", "1",
        contract="2", mirror="1", replay="2",
    ),
    changed("an entry's content", "entry", "act_index", "title IS NOT NULL", "content", "x'7b7d'"),
    changed("an entry's digest", "entry", "act_index", "title IS NOT NULL", "content_digest", "zeroblob(32)"),
    changed("a retired entry made active", "entry", "act_index", "status = 'RETIRED'", "status", "'ACTIVE'"),
    changed("the time since when", "entry", "act_index", "version = 1", "from_time", "from_time - 86400"),
    changed("a version that ended later", "entry", "act_index", "to_block IS NOT NULL", "to_block", "to_block + 1"),
    changed(
        "a role given in the mirror alone", "organization", "from_index", "to_block IS NULL", "allowed_roles", "511",
        mirror="511",
    ),
    changed("a suspended organization resumed", "organization", "from_index", "suspended", "suspended", "0"),
    changed("an organization's name", "organization", "from_index", "name = '登记中心'", "name", "'他人中心'"),
    changed("a proposal's action", "proposal", "from_index", "settled_by IS NOT NULL", "action", "x'00'"),
    changed("who confirmed", "proposal", "from_index", "settled_by IS NOT NULL", "settled_by", "account"),
    changed(
        "a parameter's value", "parameter", "from_index", "name = 'notice_workdays'", "value", "printf('%078d', 1)"
    ),
    changed("a calendar's source", "calendar", "from_index", "1", "source", "zeroblob(32)"),
    changed("a time of an act", "act", '"index"', "event = 'ReviewPassed'", "block_time", "block_time - 3600"),
    changed("who acted", "act", '"index"', "event = 'ReviewPassed'", "account", "zeroblob(20)"),
    changed("the event of an act", "act", '"index"', "event = 'ReviewPassed'", "event", "'ReviewFailed'"),
    changed("an objection's state", "objection", "from_index", "state = 'UPHELD'", "state", "'DISMISSED'"),
    changed("the objector", "objection", "from_index", "objector IS NOT NULL", "objector", "'11119900MAX000001X'"),
    changed("the content of an application", "registration_content", "act_index", "1", "content", "x'7b7d'"),
    changed("a withheld field's hash", "registration_content", "act_index", "1", "fields", "'[]'"),
    Tampering(
        "the raw bytes of an act", 'SELECT "index" FROM act WHERE event = \'EntryPublished\' LIMIT 1',
        ('UPDATE act SET data = CAST(data || x\'00\' AS BLOB) WHERE "index" = {0}',),
        (("ROW_CHANGED", "act (index {0})", "emitter/topics/data"),),
    ),
    Tampering(
        "an act taken away", 'SELECT "index" FROM act WHERE event = \'ReviewPassed\' LIMIT 1',
        ('DELETE FROM act WHERE "index" = {0}',),
        (("ROW_MISSING", "act (index {0})", None),),
    ),
    Tampering(
        "an approval taken away", "SELECT act_index FROM registration_step WHERE step = 'REVIEW_PASSED' LIMIT 1",
        ("DELETE FROM registration_step WHERE act_index = {0}",),
        (("ROW_MISSING", "registration_step (act_index {0}, version 1)", None),),
    ),
    Tampering(
        "an approval by another", "SELECT act_index FROM registration_step WHERE step = 'REVIEW_PASSED' LIMIT 1",
        ("UPDATE registration_step SET account = zeroblob(20) WHERE act_index = {0}",),
        (("ROW_CHANGED", "registration_step (act_index {0}, version 1)", "account"),),
    ),
    Tampering(
        "an approval out of nothing", "SELECT act_index FROM registration_step WHERE step = 'FILED' LIMIT 1",
        ((
            "INSERT INTO registration_step SELECT act_index, 9, number, 'REVIEW_PASSED', stage, objection, "
            "organization, account, time, reason, late, deadline, block_number FROM registration_step "
            "WHERE act_index = {0}"
        ),),
        (("ROW_ADDED", "registration_step (act_index {0}, version 9)", None),),
    ),
    Tampering(
        "a revoked registration in force",
        "SELECT from_index FROM registration WHERE status = 'REVOKED' AND to_block IS NULL AND version = 5",
        ("UPDATE registration SET status = 'ACTIVE' WHERE from_index = {0} AND version = 5",),
        (("ROW_CHANGED", "registration (from_index {0}, version 5)", "status"),),
    ),
    Tampering(
        "a notice that ends earlier", "SELECT from_index FROM registration WHERE stage = 'NOTICE' AND to_block IS NULL",
        ("UPDATE registration SET notice_end = notice_end - 86400 WHERE from_index = {0}",),
        (("ROW_CHANGED", "registration (from_index {0}, version 2)", "notice_end"),),
    ),
    Tampering(
        "a registration taken away",
        "SELECT from_index FROM registration WHERE stage = 'NOTICE' AND to_block IS NULL",
        ("DELETE FROM registration WHERE from_index = {0}",),
        (("ROW_MISSING", "registration (from_index {0}, version 2)", None),),
    ),
    Tampering(
        "a hold released", "SELECT from_index FROM entry_hold WHERE to_block IS NULL LIMIT 1",
        ("DELETE FROM entry_hold WHERE from_index = {0}",),
        (),
    ),
    Tampering(
        "an account out of nothing", "SELECT from_index FROM account WHERE active LIMIT 1",
        ((
            "INSERT INTO account SELECT from_index, x'1111111111111111111111111111111111111111', organization, roles, "
            "active, compromised_since, successor, from_block, to_block, from_time, to_time FROM account "
            "WHERE from_index = {0} LIMIT 1"
        ),),
        (("ROW_ADDED", "account (from_index {0}, address 0x" + "11" * 20 + ")", None),),
    ),
    Tampering(
        "an entry out of nothing", "SELECT MAX(act_index) + 1 FROM entry",
        ((
            "INSERT INTO entry SELECT {0}, zeroblob(32), version, provider, submitter, local_code, kind, status, "
            "share, "
            "open, level, content, content_digest, title, abstract, theme, source, update_cycle, malformed, reason, "
            "account, from_block, to_block, from_time, to_time FROM entry WHERE act_index = {0} - 1"
        ),),
        (("ROW_ADDED", "entry (act_index {0})", None),),
    ),
    Tampering(
        "a leaf in a tile", "SELECT 0",
        ("UPDATE tile SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB) WHERE level = 0 AND number = 0",),
        (("TILE_CHANGED", "tile (0, 0)", "hash 0"),),
    ),
    Tampering(
        "a tile cut short", "SELECT 0",
        ("UPDATE tile SET hashes = substr(hashes, 1, 160) WHERE level = 0 AND number = 0",),
        (("TILE_CHANGED", "tile (0, 0)", "hash 5"),),
    ),
    Tampering(
        "a tile taken away", "SELECT 0", ("DELETE FROM tile WHERE level = 0 AND number = 0",),
        (("ROW_MISSING", "tile (0, 0)", None),),
    ),
    Tampering(
        "a tile out of nothing", "SELECT 0", ("INSERT INTO tile VALUES (3, 0, zeroblob(32))",),
        (("ROW_ADDED", "tile (3, 0)", None),),
    ),
    Tampering(
        "the cursor's root", "SELECT 0", ("UPDATE cursor SET journal_root = zeroblob(32)",),
        (("CURSOR_CHANGED", "cursor", "journal_root"),),
    ),
    Tampering(
        "the cursor's size", "SELECT 0", ("UPDATE cursor SET journal_size = journal_size - 1",),
        (("CURSOR_CHANGED", "cursor", "journal_size"),),
    ),
    Tampering(
        "the cursor's origin", "SELECT 0", ("UPDATE cursor SET origin = zeroblob(32)",),
        (("CURSOR_CHANGED", "cursor", "origin"),),
    ),
    Tampering("the cursor taken away", "SELECT 0", ("DELETE FROM cursor",), (("ROW_MISSING", "cursor", None),)),
    Tampering(
        "a block's hash", "SELECT MAX(number) FROM block", ("UPDATE block SET hash = zeroblob(32) WHERE number = {0}",),
        (("HEADER_CHANGED", "block ({0})", "hash"),),
    ),
    Tampering(
        "a block's time", "SELECT MAX(number) FROM block", ("UPDATE block SET time = time + 1 WHERE number = {0}",),
        (("HEADER_CHANGED", "block ({0})", "time"),),
    ),
    Tampering(
        "words of the search index", "SELECT MIN(act_index) FROM entry WHERE title IS NOT NULL",
        ("INSERT INTO entry_search(rowid, tokens) VALUES ({0}, '别的')",),
        (("SEARCH_CHANGED", "entry_search ({0})", None),),
    ),
    Tampering(
        "what stopped the indexer", "SELECT 0",
        ("INSERT INTO evidence (id, seen, message) VALUES (1, 0, 'stopped')",), (("EVIDENCE", "evidence (1)", None),),
    ),
    Tampering(
        "a checkpoint of another history", "SELECT 0",
        ("INSERT INTO checkpoint VALUES (1, 'k', 'no note')",), (("CHECKPOINT_CHANGED", "checkpoint", "note"),),
    ),
    Tampering(
        "a grant's approval taken away", "SELECT act_index FROM grant_approval WHERE approval = 'DECISION' LIMIT 1",
        ("DELETE FROM grant_approval WHERE act_index = {0}",),
        (("ROW_MISSING", "grant_approval (act_index {0})", None),),
    ),
    changed("another decision's document", "grant_approval", "act_index", "approval = 'DECISION'", "document",
            "zeroblob(32)"),
    changed("who consented", "grant_approval", "act_index", "approval = 'CONSENT'", "provider", "'11119900MAX000001X'"),
    changed("a revoked grant in force", "grant", "from_index", "status = 'REVOKED' AND to_block IS NOT NULL", "status",
            "'ACTIVE'"),
    changed("a grant to another", "grant", "from_index", "status = 'CLOSED' AND to_block IS NULL", "grantee",
            "'11119900MAX000001X'"),
    changed("a longer term", "grant", "from_index", "status = 'CLOSED' AND to_block IS NULL", "valid_until",
            "valid_until + 86400"),
    Tampering(
        "a version out of nothing", "SELECT MAX(from_index) FROM grant_version",
        (
            ("INSERT INTO grant_version SELECT from_index, 9, " + ", ".join(f'"{name}"' for name in (
                "grant", "planned_index", "basis", "stage", "open", "required", "taken", "consents_missing",
                "agreement", "scope_of", "scope_count", "scope_digest", "held_count", "start", "end", "area", "level",
                "export_level", "purposes", "delegations", "title", "content_digest", "malformed", "account",
                "from_block", "to_block", "from_time", "to_time")) + " FROM grant_version WHERE from_index = {0}"),
        ),
        (("ROW_ADDED", "grant_version (from_index {0}, version 9)", None),),
    ),
    Tampering(
        "more operations", "SELECT act_index FROM grant_scope WHERE operations = 6",
        ("UPDATE grant_scope SET operations = 15 WHERE act_index = {0}",),
        (("ROW_CHANGED", "grant_scope (act_index {0}, position 1)", "operations"),),
    ),
    changed("a suspension forgotten", "grant_record", "act_index", "status = 'SUSPENDED'", "status", "'ACTIVE'"),
    changed(
        "a higher ceiling", "product_price", "act_index", "ceiling IS NOT NULL", "ceiling", "printf('%078d', 9999)"
    ),
    changed("a delisted product on offer", "product", "from_index", "status = 'DELISTED'", "status", "'LISTED'"),
    changed("a late disclosure in time", "disclosure", "act_index", "late", "late", "0"),
    Tampering(
        "another registration speaks", "SELECT act_index FROM registration_speaker LIMIT 1",
        ("DELETE FROM registration_speaker WHERE act_index = {0}",),
        (),
    ),
    Tampering(
        "text where bytes belong", "SELECT 0", ("UPDATE tile SET hashes = CAST(hashes AS TEXT)",),
        (("MIRROR_UNREADABLE", "tile", None),),
    ),
    Tampering(
        "a word where a time belongs", "SELECT from_index FROM organization LIMIT 1",
        ("UPDATE organization SET from_time = 'noon' WHERE from_index = {0}",),
        (("MIRROR_UNREADABLE", "organization", None),),
    ),
]  # fmt: skip
