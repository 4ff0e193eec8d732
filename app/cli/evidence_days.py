"""evidence day, evidence check: records over what came into the archive on a day."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.cli.console import Console, count
from app.cli.start import opened
from app.desk import day_evidence
from app.i18n import _
from app.signature.reasons import sentence


def add(what: Any) -> None:
    """Below the parser of `evidence`."""
    make = what.add_parser("day", help=_("one time stamp over all files that came into the archive on a day"))
    make.add_argument(
        "--date", metavar="YYYY-MM-DD", type=day_of, help=_("the day (default: every day that has no record yet)")
    )
    make.add_argument("--tsa", metavar="URL", default="", help=_("time-stamp service (default: that of the settings)"))
    make.add_argument("--trust", metavar="DIR", type=Path, help=_("more root certificates to trust"))
    make.add_argument("--renew", action="store_true", help=_("a further time stamp for the records that end soon"))
    make.add_argument(
        "--within", metavar="DAYS", type=count, default=day_evidence.RENEW_WITHIN.days, help=_("how soon (with --renew)")
    )
    make.add_argument("--hash", choices=("sha256", "sha384", "sha512"), help=_("begin anew with this stronger hash"))
    make.set_defaults(run=run_day, wrong=wrong)
    check = what.add_parser("check", help=_("re-read the files of the archive and check its evidence records"))
    check.add_argument("--date", metavar="YYYY-MM-DD", type=day_of, help=_("of this day only"))
    check.add_argument("--trust", metavar="DIR", type=Path, help=_("more root certificates to trust"))
    check.set_defaults(run=run_check)


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(_("{text} is not a day like 2026-11-27.").format(text=text)) from None


def wrong(args: Namespace) -> str:
    return (
        _("--date and --renew don't go together; --hash needs --renew.")
        if (args.renew and args.date) or (args.hash and not args.renew)
        else ""
    )


def run_day(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        job = console.job()
        if args.renew:
            within = timedelta(days=args.within)
            rows = day_evidence.renew_days(job, workspace, args.tsa, within=within, digest=args.hash, trust=args.trust)
        else:
            rows = day_evidence.make_days(job, workspace, args.tsa, day=args.date, trust=args.trust)
    for row in rows:
        told = {"day": row.day, "files": row.files, "record": row.sha256}
        words = _("{day}: {count} files, provable until {until}").format(
            day=row.day, count=row.files, until=row.renew_before[:10]
        )
        console.result(told | {"provenAt": row.proven_at, "renewBefore": row.renew_before}, words)
    if not rows and not job.problems:
        console.say(_("Nothing to do: every file has its evidence record."))
    return console.problems(job.problems)


def run_check(args: Namespace, console: Console) -> int:
    with opened(args, console) as (_services, workspace):
        checks = day_evidence.check_days(console.job(), workspace, day=args.date, trust=args.trust)
    for one in checks:
        lines = [_("{day}: {verdict}, {count} files").format(day=one.day, verdict=one.verdict, count=one.files)]
        lines += [f"  {sentence(code)}" for code in one.reasons]
        lines += ["  " + _("Document {number}").format(number=number) for number in one.documents]
        console.result(one.to_json(), "\n".join(lines))
    if not checks:
        console.say(_("There is no evidence record yet."))
    return 0 if all(one.verdict == "valid" for one in checks) else 1
