"""Messages are Chinese where the locale is Chinese, and English elsewhere; data is never translated."""

import pytest

from tests.end_to_end.ledger import CATALOG, RESERVOIRS, Ledger, Ran, sample_entries

LOCALES = {
    "LC_ALL": ({"LC_ALL": "zh_CN.UTF-8"}, True),
    "LANG": ({"LC_ALL": None, "LC_MESSAGES": None, "LANG": "zh_CN.UTF-8"}, True),
    "LC_ALL before LANG": ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, False),
    "C": ({"LC_ALL": "C.UTF-8"}, False),
    "none": ({"LC_ALL": None, "LC_MESSAGES": None, "LANG": None}, False),
}


@pytest.fixture(params=LOCALES.values(), ids=LOCALES.keys())
def locale(request: pytest.FixtureRequest) -> tuple[dict[str, str | None], bool]:
    """Settings of a locale, and whether it is a Chinese one."""
    return request.param  # type: ignore[no-any-return]


def says(ran: Ran, chinese: bool, zh: str, en: str) -> None:
    """Fails unless a command printed the one text and not the other."""
    printed = ran.out + ran.err
    wanted, other = (zh, en) if chinese else (en, zh)
    assert wanted in printed, ran
    assert other not in printed, ran


def test_a_plan(published: Ledger, locale: tuple[dict[str, str | None], bool]) -> None:
    settings, chinese = locale
    ran = published.run("catalog", "plan", CATALOG, settings=settings).ended()
    says(ran, chinese, "共 22 行：新增 0，变更 0，重新发布 0，停用 0，不变 22，拒绝 0", "22 rows: 0 added")


def test_refused_rows(published: Ledger, locale: tuple[dict[str, str | None], bool]) -> None:
    settings, chinese = locale
    entries = sample_entries()
    entries[0] |= {"provider": "org-nobody", "entry_name": "水\u200b库"}
    entries[1] |= {"share_type": "不予共享"}
    published.write("refused.json", entries)
    ran = published.run("catalog", "plan", "refused.json", settings=settings).ended(1)
    says(ran, chinese, "如何处理", "what to do")
    says(ran, chinese, "请用 --reason 说明理由和依据", "give the reason and its legal basis with --reason")
    says(ran, chinese, "refused.json 中被拒绝的行：", "refused rows of refused.json:")
    planned = published.run("catalog", "plan", "refused.json", "--json", settings=settings).ended(1).json
    assert any("收紧" in one["why"] for one in planned["refused"]) is chinese


def test_a_file_that_cannot_be_used(published: Ledger, locale: tuple[dict[str, str | None], bool]) -> None:
    settings, chinese = locale
    (published.home / "empty.csv").write_bytes(b"")
    says(published.run("catalog", "plan", "empty.csv", settings=settings).ended(2), chinese, "文件为空", "is empty")


def test_verdicts(published: Ledger, locale: tuple[dict[str, str | None], bool]) -> None:
    settings, chinese = locale
    published.do("prove", "entry", RESERVOIRS, "-o", "entry.json")
    valid = published.run("verify", "entry.json", "--rpc", published.url, settings=settings).ended()
    # The verdict's own word is the same everywhere; Chinese stands beside it.
    assert valid.out.splitlines()[-1] == ("VALID（有效）" if chinese else "VALID")
    says(valid, chinese, "通过", "passed")
    undecided = published.run("verify", "entry.json", settings=settings).ended(4)
    assert undecided.out.splitlines()[-1].startswith("UNDECIDED: seal missing")
    assert ("无法判定" in undecided.out) is chinese


def test_status_and_errors(published: Ledger, locale: tuple[dict[str, str | None], bool]) -> None:
    settings, chinese = locale
    says(
        published.run("status", settings=settings).ended(),
        chinese,
        "镜像库已到链头",
        "the mirror is at the chain's head",
    )
    says(published.run("catalog", "show", "none", settings=settings).ended(2), chinese, "错误：", "error:")
    assert published.run("status", "--json", settings=settings).ended().json["journal_size"] > 0
