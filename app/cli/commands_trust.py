"""trust."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from app.cli.console import Console
from app.cli.start import opened
from app.desk import trusting
from app.i18n import _


def add(commands: Any) -> None:
    trust = commands.add_parser("trust", help=_("take over the list of trusted authorities from the server"))
    trust.set_defaults(run=run_trust)


def run_trust(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        found = trusting.update_trust(console.job(_("Trusted authorities")), workspace)
        row = {"version": found.version, "issued": found.issued, "sets": {name: len(ders) for name, ders in found.sets.items()}}
        words = _("Version {version} of {date}: {count} authorities.")
        console.result(row, words.format(version=found.version, date=found.issued[:10], count=found.count))
    return 0
