"""Code tables and codes: pure judgements, no clock; the tables themselves are shipped data.

Tables: Thông tư 05/2025/TT-BNV, annexes (typeName, maintenance, language, mode, format, confidenceLevel, risk). Abbreviations
of types: Nghị định 30/2020/NĐ-CP, annex III. File names: Thông tư 05/2025, art. 8.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as default_of
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from storage.text import fold, nfc

_DASHES = str.maketrans({"–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "⁄": "/", "Ð": "Đ", "ð": "đ"})


def name_key(name: str) -> str:
    """What makes two spellings of a name one: no accents, no case, no blanks, no marks."""
    return re.sub(r"[^a-z0-9]+", "", fold(name.translate(_DASHES)))


@dataclass(frozen=True)
class CodeTable:
    """Codes and their Vietnamese names, found from either side."""

    field: str
    names: Mapping[str, str]
    also: Mapping[str, str] = default_of(default_factory=dict)  # other spellings → code

    @cached_property
    def _codes(self) -> dict[str, str]:
        found = {name_key(name): code for code, name in self.names.items()}
        return {**{name_key(name): code for name, code in self.also.items()}, **found}

    def name(self, code: str) -> str | None:
        """The Vietnamese name; `1` and `01` are the same code."""
        return self.names.get(code.strip().zfill(2)) or self.names.get(code.strip())

    def code(self, text: str) -> str | None:
        """The code of a name in any spelling of accents and case, or of a code as it is; None for neither."""
        bare = text.strip()
        if bare.isascii() and bare.isdigit():
            padded = bare.zfill(2)
            return padded if padded in self.names else bare if bare in self.names else None
        return self._codes.get(name_key(bare))

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code in self.names

    def items(self) -> Iterable[tuple[str, str]]:
        """(code, name) in the order of the circular, for lists to choose from."""
        return self.names.items()


_SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "profiles" / "tt05-fields.json"


@cache
def _shipped() -> Mapping[str, Mapping[str, str]]:
    """The code tables of the circular, as packages use them too."""
    tables: Mapping[str, Mapping[str, str]] = json.loads(_SHIPPED.read_text("utf-8"))["codes"]
    return tables


OTHER_TYPE = "32"

TYPES = CodeTable(
    "typeName",
    _shipped()["typeName"],
    {
        "Thư mời": "26", "Thơ mời": "26", "Nghị quyết (cá biệt)": "01", "Quyết định (cá biệt)": "02", "Bản vẽ": "31",
        "Thỏa thuận": "25", "Trích biên bản": "20",
    },
)  # fmt: skip
MAINTENANCE = CodeTable(
    "maintenance",
    _shipped()["maintenance"],
    {"Lâu dài": "07", "VV": "01"},
)
LANGUAGES = CodeTable(
    "language",
    _shipped()["language"],
    {
        "Tiếng Việt": "01", "Tiếng Anh": "02", "Tiếng Pháp": "03", "Tiếng Nga": "04", "Tiếng Trung": "05", "Trung Quốc": "05",
        "Tiếng Trung Quốc": "05", "Hán": "09", "Nôm": "09", "vi": "01", "en": "02", "fr": "03", "ru": "04", "zh": "05",
    },
)  # fmt: skip
MODES = CodeTable(
    "mode",
    _shipped()["mode"],
    {"Có điều kiện": "02", "Hạn chế": "02", "Bí mật": "03", "Tối mật": "03", "Tuyệt mật": "03", "Không hạn chế": "01"},
)
FORMATS = CodeTable(
    "format",
    _shipped()["format"],
    {"Trung bình": "02", "Khá": "02", "Bị hỏng": "03", "Hư hỏng": "03", "Bình thường, ố vàng": "02", "Rách": "03"},
)
CONFIDENCE_LEVELS = CodeTable(
    "confidenceLevel",
    _shipped()["confidenceLevel"],
    {"Bản gốc điện tử": "01", "Điện tử": "01", "Bản số hóa": "02"},
)
RISK_RECOVERY = CodeTable("riskRecovery", {"1": "Có", "0": "Không"})
RISK_RECOVERY_STATUS = CodeTable("riskRecoveryStatus", _shipped()["riskRecoveryStatus"])

TABLES: Mapping[str, CodeTable] = {
    table.field: table
    for table in (
        TYPES, MAINTENANCE, LANGUAGES, MODES, FORMATS, CONFIDENCE_LEVELS, RISK_RECOVERY, RISK_RECOVERY_STATUS,
    )
}  # fmt: skip

# NĐ 30/2020 annex III; công văn and thư công have none.
ABBREVIATIONS: Mapping[str, str] = {
    "NQ": "Nghị quyết", "QĐ": "Quyết định", "CT": "Chỉ thị", "QC": "Quy chế", "QyĐ": "Quy định", "TC": "Thông cáo",
    "TB": "Thông báo", "HD": "Hướng dẫn", "CTr": "Chương trình", "KH": "Kế hoạch", "PA": "Phương án", "ĐA": "Đề án",
    "DA": "Dự án", "BC": "Báo cáo", "BB": "Biên bản", "TTr": "Tờ trình", "HĐ": "Hợp đồng", "CĐ": "Công điện",
    "BGN": "Bản ghi nhớ", "BTT": "Bản thỏa thuận", "GUQ": "Giấy ủy quyền", "GM": "Giấy mời", "GGT": "Giấy giới thiệu",
    "GNP": "Giấy nghỉ phép", "PG": "Phiếu gửi", "PC": "Phiếu chuyển", "PB": "Phiếu báo", "SY": "Bản sao y",
    "TrS": "Bản trích sao", "SL": "Bản sao lục",
}  # fmt: skip
_BEFORE_2020: Mapping[str, str] = {"CV": "Công văn", "T.Tr": "Tờ trình", "GĐ": "Giấy đi đường"}
_BY_ABBREVIATION = {**_BEFORE_2020, **ABBREVIATIONS}
_TYPE_ABBREVIATION = {name_key(name): mark for mark, name in ABBREVIATIONS.items()}


def abbreviation(type_name: str) -> str | None:
    """The abbreviation for a notation: `abbreviation("Tờ trình") == "TTr"`; None for a letter and unknown types."""
    return _TYPE_ABBREVIATION.get(name_key(type_name))


def kept_type(name: str) -> str:
    """A type as the catalogue keeps it: its code, or the paper's own word where the table has none (`Thông tư`); "" for
    nothing and for a figure that is no code. In packages such a word is `OTHER_TYPE` ("Khác").
    """
    word = " ".join(nfc(name).split())
    return TYPES.code(word) or ("" if word.isdigit() else word)


_NO_TONGUE = ("09", "11")  # Hán Nôm is a script, Khác no name


def language_word(kept: str) -> str:
    """A kept language as people say it: "Tiếng Việt" for 01; one that the table lacks as it stands."""
    name = LANGUAGES.name(kept)
    return kept if name is None else name if kept in _NO_TONGUE else f"Tiếng {name}"


def kept_language(text: str) -> str:
    """What the catalogue keeps of a language: its code, for one that the table lacks the word itself."""
    return LANGUAGES.code(text) or LANGUAGES.code(re.sub(r"^tiếng\s+", "", nfc(text.strip()), flags=re.I)) or text


def type_word(kept: str) -> str:
    """A kept type as people say it: the table's name of a code, the paper's own word as it stands."""
    return TYPES.name(kept) or kept


def type_code(kept: str) -> str:
    """The code of a kept type for packages: 01 … 31, `OTHER_TYPE` for a word that the table does not have and for none."""
    return kept if kept in TYPES else OTHER_TYPE


def type_of_abbreviation(mark: str) -> str | None:
    """The type of an abbreviation. Case and đ tell types apart (DA Dự án, ĐA Đề án; CT Chỉ thị, CTr Chương trình)."""
    bare = nfc(mark.strip()).translate(_DASHES)
    if bare in _BY_ABBREVIATION:
        return _BY_ABBREVIATION[bare]
    matches = {name for known, name in _BY_ABBREVIATION.items() if known.casefold() == bare.casefold()}
    return matches.pop() if len(matches) == 1 else None


def type_of_notation(notation: str) -> str | None:
    """The type that a notation names: `QĐ-UBND`, `2020/NĐ-CP` (None: no administrative type), `CV/TU`, `UBND-VP` (None)."""
    for group in re.split(r"[-/]", nfc(notation).translate(_DASHES)):
        bare = group.strip()
        if bare and not bare.isdigit():
            return type_of_abbreviation(bare)
    return None


_STATE_CODE = re.compile(r"^(?P<number>\d{1,11}[a-zđ]?)\s*/\s*(?P<notation>\S.*)$", re.IGNORECASE)
_PARTY_CODE = re.compile(r"^(?P<number>\d{1,11}[a-zđ]?)\s*-\s*(?P<notation>[^\W\d_][\w.]*\s*/\s*\S.*)$", re.IGNORECASE)
_LABEL = re.compile(r"^\s*s[ốo]\s*[:.]?\s*", re.IGNORECASE)


def split_code(text: str) -> tuple[str, str]:
    """(number, notation): `125/QĐ-UBND` → ("125", "QĐ-UBND"), `30/2020/NĐ-CP` → ("30", "2020/NĐ-CP"), the Party's
    `128-CV/TU` → ("128", "CV/TU"). A notation alone (`/QĐ-UBND`, `QĐ-UBND`) or a number alone leaves the other "".
    """
    bare = re.sub(r"\s*([-/])\s*", r"\1", _LABEL.sub("", nfc(text).translate(_DASHES))).strip(" .,;:")
    for shape in (_STATE_CODE, _PARTY_CODE):
        match = shape.match(bare)
        if match:
            return match.group("number"), match.group("notation").strip(" /")
    if re.fullmatch(r"\d{1,11}[a-zđ]?", bare, re.IGNORECASE):
        return bare, ""
    return "", bare.strip(" /")


def join_code(number: str, notation: str) -> str:
    """The code as it is written; the Party's form where the notation has its slash (`CV/TU`), a year excepted."""
    left, right = number.strip(), notation.strip().lstrip("/").strip()
    if not left or not right:
        return left or right
    party = re.match(r"^[^\W\d_][\w.]*/[^\W\d_]", right) and "-" not in right.split("/")[0]
    return f"{left}-{right}" if party else f"{left}/{right}"


_WORDS = re.compile(
    r"(?:\bng[aà]y\s*)?(?P<day>\d{1,2}|[oOlI]\d|\d[oOlI])\s*th[aá]ng\s*(?P<month>\d{1,2}|[oOlI]\d|\d[oOlI])"
    r"\s*n[aă]m\s*(?P<year>\d{4})",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"^\s*(?P<day>\d{1,2})\s*[/.\-\s]\s*(?P<month>\d{1,2})\s*[/.\-\s]\s*(?P<year>\d{4})\s*$")
_ISO = re.compile(r"^\s*(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:T.*)?\s*$")
_LETTERS = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1"})


def parse_date(text: str) -> date | None:
    """A whole date from `05/03/2024`, `5-3-2024`, `2024-03-05` or "ngày 05 tháng 3 năm 2024" (O for 0, l for 1 forgiven);
    None for anything else, for an impossible day, and for a year outside 1800 … 2200. Never a guess at a missing part.
    """
    value = nfc(text).translate(_DASHES)
    match = _ISO.match(value) or _FIGURES.match(value) or _WORDS.search(value)
    if match is None:
        return None
    year, month, day = (int(match.group(part).translate(_LETTERS)) for part in ("year", "month", "day"))
    if not 1800 <= year <= 2200:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def format_date(value: date) -> str:
    """dd/MM/yyyy, as the packages and the registers want it."""
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def file_name(dossier_code: str, ordinal: int | None = None, extension: str = "pdf") -> str:
    """`<dossier code>.<ordinal>.pdf`; without an ordinal the whole dossier in one file. TT 05/2025 art. 8.

    What no file system takes becomes `-`. Raises ValueError for an empty code or an ordinal below 1.
    """
    code = _FORBIDDEN.sub("-", nfc(dossier_code)).strip(" .")
    if not code:
        raise ValueError("an empty dossier code names no file")
    if ordinal is not None and ordinal < 1:
        raise ValueError(f"ordinals count from 1, not {ordinal}")
    if code.split(".")[0].casefold() in _DEVICES:
        code = f"_{code}"
    tail = f".{ordinal}" if ordinal is not None else ""
    return f"{code[:180].rstrip(' .')}{tail}.{extension.lstrip('.')}"


def parse_file_name(name: str, dossier_code: str) -> int | None:
    """The ordinal in a file name of this dossier; 0 for the whole dossier in one file; None for another name.

    The dossier's code is needed: codes end in numbers themselves (`H49.64.33.2001.160`).
    """
    for whole in (file_name(dossier_code, None, ""), file_name(dossier_code, None, "").rstrip(".")):
        stem = nfc(name).rpartition(".")[0]
        if stem == whole.rstrip("."):
            return 0
        head, _dot, tail = stem.rpartition(".")
        if head == whole.rstrip(".") and tail.isascii() and tail.isdigit() and int(tail) >= 1:
            return int(tail)
    return None
