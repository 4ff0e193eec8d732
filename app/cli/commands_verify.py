"""verify, renew, evidence."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.cli import evidence_days, renewing
from app.cli.console import Console, count
from app.cli.start import services_of
from app.desk import keeping_alive, verifying
from app.errors import AppError
from app.i18n import _
from app.signature.reasons import sentence


def add(commands: Any) -> None:
    verify = commands.add_parser("verify", help=_("check the signatures of PDF and XML files"))
    verify.add_argument("files", metavar="FILE", nargs="+", type=Path)
    verify.add_argument("--trust", metavar="DIR", type=Path, help=_("more root certificates to trust"))
    verify.add_argument("--online", action="store_true", help=_("ask the authorities whether certificates were revoked"))
    verify.add_argument("--report", metavar="OUT", type=Path, help=_("write a report (.pdf or .xml)"))
    verify.add_argument(
        "--signed-version", metavar="FIELD", help=_("write the file as it was when this signature was made (with -o)")
    )
    verify.add_argument("-o", "--out", metavar="FILE", type=Path)
    verify.set_defaults(run=run_verify)

    again = commands.add_parser("renew", help=_("a further archive time stamp for signed PDF files; or what ends soon"))
    again.add_argument("files", metavar="FILE", nargs="*", type=Path, help=_("without any: the documents of the archive"))
    again.add_argument(
        "--due",
        metavar="DAYS",
        type=count,
        nargs="?",
        const=keeping_alive.WARN_BEFORE.days,
        help=_("only list what stops being provable within so many days"),
    )
    again.add_argument("--within", metavar="DAYS", type=count, help=_("of the archive: what ends within so many days (90)"))
    again.add_argument("--tsa", metavar="URL")
    again.add_argument("--trust", metavar="DIR", type=Path, help=_("more root certificates to trust"))
    again.add_argument("-o", "--out", metavar="DIR", type=Path)
    again.set_defaults(run=run_again)

    evidence = commands.add_parser("evidence", help=_("prove when files existed, for many years (RFC 4998, RFC 6283)"))
    what = evidence.add_subparsers(dest="what", metavar=_("command"), required=True)
    make = what.add_parser("make", help=_("one time stamp over all files, a record beside each"))
    make.add_argument("files", metavar="FILE", nargs="+", type=Path)
    make.add_argument("--tsa", metavar="URL", required=True)
    make.add_argument("--form", choices=("asn1", "xml"), default="asn1")
    make.add_argument("-o", "--out", metavar="DIR", type=Path)
    make.set_defaults(run=run_make)
    check = what.add_parser("verify", help=_("check a record against its file"))
    check.add_argument("file", metavar="FILE", type=Path)
    check.add_argument("record", metavar="RECORD", type=Path, nargs="?")
    check.add_argument("--trust", metavar="DIR", type=Path, help=_("more root certificates to trust"))
    check.set_defaults(run=run_check)
    renew = what.add_parser("renew", help=_("a new time stamp for records, before the old one ends"))
    renew.add_argument("files", metavar="FILE", nargs="+", type=Path)
    renew.add_argument("--tsa", metavar="URL", required=True)
    renew.add_argument("--hash", choices=("sha256", "sha384", "sha512"), help=_("begin anew with this stronger hash"))
    renew.set_defaults(run=run_renew)
    evidence_days.add(what)


def run_verify(args: Namespace, console: Console) -> int:
    if (args.report or args.signed_version) and len(args.files) != 1:
        raise AppError("verify.one_file", _("A report or a signed version is made of one file at a time."))
    if bool(args.signed_version) != bool(args.out):
        raise AppError("verify.no_target", _("--signed-version and -o belong together."))
    services = services_of(args, console)
    bad = 0
    try:
        for file in args.files:
            if args.report:
                report = verifying.write_report(
                    console.job(), services.sandboxes, file, args.report, trust=args.trust, online=args.online
                )
            else:
                report = verifying.verify_file(console.job(), services.sandboxes, file, trust=args.trust, online=args.online)
            if args.signed_version:
                verifying.save_signed_version(console.job(), services.sandboxes, file, args.signed_version, args.out)
            console.result(report, "\n".join(words(file, report)))
            bad += report["verdict"] != "valid"
    finally:
        services.close()
    return 1 if bad else 0


def words(file: Path, report: dict[str, Any]) -> list[str]:
    lines = [f"{file}: {report['verdict']}"]
    lines += [f"  {s['signer']}  {s['signedAt']}  {s['verdict']}" for s in report["signatures"]]
    reasons = [*report["reasons"], *(code for s in report["signatures"] for code in s["reasons"])]
    return lines + [f"  {sentence(code)}" for code in dict.fromkeys(reasons)]


def run_again(args: Namespace, console: Console) -> int:
    if not args.files:
        args.within = args.within or args.due
        return renewing.list_archive(args, console) if args.due is not None else renewing.renew_archive(args, console)
    if args.due is not None:
        return list_due(args, console)
    if not args.tsa or not args.out:
        raise AppError(
            "renew.no_target", _("To renew, name the time-stamp service (--tsa) and the folder for the new files (-o).")
        )
    job, services = console.job(), services_of(args, console)
    try:
        for made in keeping_alive.renew_archive(job, services.sandboxes, args.files, args.tsa, args.out):
            console.result({"file": str(made)}, str(made))
    finally:
        services.close()
    return console.problems(job.problems)


def list_due(args: Namespace, console: Console) -> int:
    services = services_of(args, console)
    try:
        reports = [verifying.verify_file(console.job(), services.sandboxes, file, trust=args.trust) for file in args.files]
    finally:
        services.close()
    found = keeping_alive.due(reports, datetime.now(UTC), timedelta(days=args.due))
    for one in found:
        row = {"file": one.file, "field": one.field, "until": one.until.isoformat(), "why": one.why}
        console.result(row, f"{one.until:%d/%m/%Y}  {one.file}  {one.field}  {one.why}")
    return 1 if found else 0


def run_make(args: Namespace, console: Console) -> int:
    made = keeping_alive.make(console.job(), args.files, args.tsa, form=args.form, out=args.out)
    for file, record in made:
        console.result({"file": str(file), "record": str(record)}, f"{file} → {record}")
    return 0


def run_check(args: Namespace, console: Console) -> int:
    services = services_of(args, console)
    try:
        record = args.record or keeping_alive.record_beside(args.file)
        report = keeping_alive.check(console.job(), services.sandboxes, args.file, record, trust=args.trust)
    finally:
        services.close()
    lines = [
        f"{args.file}: {report['verdict']}  {report['provenAt'] or ''}",
        *(f"  {sentence(code)}" for code in report["reasons"]),
    ]
    console.result(report, "\n".join(lines))
    return 0 if report["verdict"] == "valid" else 1


def run_renew(args: Namespace, console: Console) -> int:
    for file, record in keeping_alive.renew(console.job(), args.files, args.tsa, digest=args.hash):
        console.result({"file": str(file), "record": str(record)}, f"{file} → {record}")
    return 0
