"""Deciding what a document proves. Pure: bytes in, verdict or exception out; no network, no clock, no database."""
