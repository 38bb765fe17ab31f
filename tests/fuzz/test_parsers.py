"""A bounded share of the soak: some thousands of damaged inputs for the parsers that strangers feed."""

from tests.fuzz.soak import feed


def test_damaged_inputs_are_refused_and_nothing_else() -> None:
    figures = feed(6_000, seed=7)
    assert set(figures.inputs) == {
        *("header", "proof nodes", "trust file", "bundle", "certificate", "pdf", "zip", "csv", "xlsx")
    }
    assert sum(figures.inputs.values()) >= 5_900
    # Most damage is noticed; what is not was none, as white space in a trust file.
    assert sum(figures.refused.values()) > 1_500
