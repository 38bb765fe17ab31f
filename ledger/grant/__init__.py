"""Grants, products and disclosures for people: files into calls, what is approved, what is still to be done."""
