"""The fields of a document: one list that the desk, the form in the window, packages and checks share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.i18n import N_, _
from app.rules import codes, marks
from storage.records import Document, FieldEvidence, FieldReading
from storage.text import clean


@dataclass(slots=True, frozen=True)
class DocumentField:
    """`name` as in TT05 and JSON, `column` in the catalog, `length` in characters, `kind`: text, lines, date, type, choice, language."""

    name: str
    column: str
    label: str
    length: int
    kind: str = "text"
    choices: tuple[str, ...] = ()
    required: bool = False


_TONGUES = tuple(map(codes.language_word, codes.LANGUAGES.names))
FIELDS: tuple[DocumentField, ...] = (
    DocumentField("codeNumber", "code_number", N_("Number"), 11, required=True),
    DocumentField("codeNotation", "code_notation", N_("Notation"), 30, required=True),
    DocumentField("issuedDate", "issued_date", N_("Date"), 10, "date", required=True),
    DocumentField("typeName", "type_name", N_("Type"), 50, "type", required=True),
    DocumentField("subject", "subject", N_("Subject"), 500, "lines", required=True),
    DocumentField("organName", "organ_name", N_("Issued by"), 200, required=True),
    DocumentField("parentOrgan", "parent_organ", N_("Superior agency"), 200),
    DocumentField("place", "place", N_("Place"), 100),
    DocumentField("signer", "signer", N_("Signed by"), 100),
    DocumentField("position", "position", N_("Position"), 200),
    DocumentField("authority", "authority", N_("Signs for"), 200),
    DocumentField("addressee", "addressee", N_("To"), 500, "lines"),
    DocumentField("recipients", "recipients", N_("Recipients"), 1000, "lines"),
    DocumentField("attachments", "attachments", N_("Attachments"), 1000, "lines"),
    DocumentField("urgency", "urgency", N_("Urgency"), 30, "choice", ("", *marks.URGENCY[::-1])),
    DocumentField("secrecy", "secrecy", N_("Secrecy"), 30, "choice", ("", *marks.SECRECY[::-1])),
    DocumentField("circulation", "circulation", N_("Circulation"), 50, "choice", ("", *marks.CIRCULATION)),
    DocumentField("arrivalNumber", "arrival_no", N_("Arrival number"), 20),
    DocumentField("arrivalDate", "arrived_on", N_("Arrived on"), 10, "date"),
    DocumentField("sheets", "sheets", N_("Sheet numbers"), 30),
    DocumentField("language", "language", N_("Language"), 100, "language", _TONGUES),
    DocumentField("autograph", "autograph", N_("Handwritten notes"), 2000, "lines"),
    DocumentField("keyword", "keyword", N_("Keywords"), 100),
    DocumentField("description", "description", N_("Remarks"), 500, "lines"),
)
BY_NAME = {field.name: field for field in FIELDS}
_COUNTED = {"numberOfPage": N_("Number of pages")}  # read, but no field that anybody fills in


def label(name: str) -> str:
    return _(BY_NAME[name].label) if name in BY_NAME else _(_COUNTED[name]) if name in _COUNTED else name


def put(document: Document, name: str, value: str) -> None:
    """Sets one field, cleaned and cut to its length; type and language are kept as codes if they have one, the date gets its twin."""
    field = BY_NAME[name]
    text = clean(value) if field.kind != "lines" else "\n".join(filter(None, (clean(line) for line in value.splitlines())))
    if field.kind == "type":
        text = codes.kept_type(text)
    elif field.kind == "language":
        text = codes.kept_language(text)
    setattr(document, field.column, text[: field.length])
    if name == "issuedDate":
        document.issued_sort = sortable(document.issued_date)


def get(document: Document, name: str) -> str:
    """The value as people write it: a type or language by its Vietnamese name."""
    value = str(getattr(document, BY_NAME[name].column))
    if BY_NAME[name].kind == "language":
        return codes.language_word(value)
    return codes.type_word(value) if BY_NAME[name].kind == "type" else value


def sortable(text: str) -> str:
    """dd/MM/yyyy, MM/yyyy or yyyy → yyyy-MM-dd with 00 for what is not known; "" for anything else."""
    parts = text.split("/")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 3:
        return ""
    day, month, year = ["00", "00", *parts][-3:]
    return f"{int(year):04d}-{int(month):02d}-{int(day):02d}"


def parsed(text: str) -> date | None:
    """The day that a dd/MM/yyyy text names."""
    try:
        day, month, year = (int(part) for part in text.split("/"))
        return date(year, month, day)
    except ValueError:
        return None


def reading(row: FieldEvidence) -> FieldReading:
    box = (row.x0, row.y0, row.x1, row.y1)
    known = None if None in box else (row.x0 or 0.0, row.y0 or 0.0, row.x1 or 0.0, row.y1 or 0.0)
    return FieldReading(row.value, row.confidence, row.page, known, row.source, _(row.why) if row.why else "")


def evidence(document_id: int, name: str, found: FieldReading) -> FieldEvidence:
    x0, y0, x1, y1 = found.box if found.box else (None, None, None, None)
    return FieldEvidence(
        document_id=document_id,
        name=name,
        value=found.value[:1000],
        confidence=found.confidence,
        page=found.page,
        x0=x0,
        y0=y0,
        x1=x1,
        y1=y1,
        source=found.source,
        why=found.why[:200],
    )
