"""A bounded share of the soak: some thousands of damaged inputs for the parsers that strangers feed."""

from tests.fuzz.soak import feed


def test_damaged_inputs_are_refused_and_nothing_else() -> None:
    figures = feed(4_000, seed=7)
    assert sum(figures.inputs.values()) >= 3_900
    assert len(figures.inputs) > 20
    # Were all refused, the damage would be so great that nothing behind the first check is reached.
    assert [name for name, count in figures.inputs.items() if count >= 40 and figures.refused[name] == count] == []
    # Most damage is noticed; what is not was none, as white space in a trust file.
    assert sum(figures.refused.values()) > 2_000
