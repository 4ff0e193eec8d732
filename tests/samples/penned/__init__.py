"""Dossiers that other offices numbered and dated by hand: forms, layouts, writers and orders that no strip of ours shows."""

from tests.samples.penned.make import Penned, PennedDossier, make_dossier
from tests.samples.penned.orders import ORDERS

__all__ = ["ORDERS", "Penned", "PennedDossier", "make_dossier"]
