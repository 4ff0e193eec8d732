"""Documents of the catalog as the checks take them: one by itself, and the rows of a dossier in the order of its papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app import clock
from app.describe import checks
from app.desk import fields
from app.desk.review_checks import Finding, Row
from storage.records import Document, FieldReading


def row_of(one: Document) -> Row:
    return Row(
        one.id,
        one.dossier_id,
        one.ordinal,
        one.code,
        one.code_number,
        one.code_notation,
        one.organ_name,
        one.issued_date,
        one.issued_sort,
        one.sheets,
    )


def pile_of(rows: Iterable[Row], dossier_id: int) -> list[Row]:
    return sorted((row for row in rows if row.dossier_id == dossier_id), key=lambda row: (row.ordinal, row.id))


def by_itself(document: Document) -> Iterator[Finding]:
    """What can't be right in a document whatever lies beside it."""
    values: dict[str, FieldReading | str] = {field.name: fields.get(document, field.name) for field in fields.FIELDS}
    for field, code, message in checks.check_fields(values, today=clock.today()):
        yield Finding(document.id, field, code, message)
