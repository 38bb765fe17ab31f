"""A generated city: a seeded ledger of any size, five years of it, for audits and for questions about the past.

`chain` is a development chain on which anybody can be impersonated and every block has the time that is wanted;
`model` is what the generator remembers so that what it sends is allowed; the other modules are one noun each, and
`generator` leads them through the years.
"""
