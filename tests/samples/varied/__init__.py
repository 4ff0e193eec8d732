"""Papers of every kind of issuer, form, age, typeface and scanner: what a reader meets that was not made for one office."""

from tests.samples.varied.make import Varied, make_varied

__all__ = ["Varied", "make_varied"]
