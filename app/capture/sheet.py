"""A spreadsheet as text: every cell as a person sees it, for the index of a digitised pile. Runs in the sandbox."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from app.capture import complaints
from app.sandbox import progress

COLUMNS = 120  # read of each row; the table in circulation has 46
ROWS = 200_000
CELL = 32_767  # characters that a cell may hold (ECMA-376)
_ZEROS = re.compile(r"0{2,}")  # the number format that shows 7 as 0007


def read_sheet(path: Path, out: Path) -> dict[str, Any]:
    """Writes the rows of the first sheet that has any into `out`, one JSON list of texts a line; {"sheet", "rows"}.

    Empty rows are kept as [] so that a row's number is its number in the sheet. Raises `sheet.unknown` for what is no .xlsx file,
    `sheet.broken`, `sheet.empty`, `sheet.too_long`.
    """
    import openpyxl.reader.excel

    if not zipfile.is_zipfile(path):
        raise complaints.sheet_unknown()
    reader: Any = openpyxl.reader.excel
    try:
        book = reader.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl has no error of its own: KeyError, ValueError, BadZipFile, ParseError …
        raise complaints.sheet_broken(f"{type(error).__name__}: {error}") from error
    try:
        for sheet in book.worksheets:
            count = _write(sheet, out)
            if count:
                return {"sheet": sheet.title, "rows": count}
    finally:
        book.close()
    raise complaints.sheet_empty()


def _write(sheet: Any, out: Path) -> int:
    """How many rows up to the last with anything in it were written."""
    sheet.reset_dimensions()  # what the file claims of its size may be wrong
    count, waiting = 0, 0
    with out.open("w", encoding="utf-8") as file:
        try:
            for row in sheet.iter_rows(max_col=COLUMNS):
                cells = [shown(cell.value, getattr(cell, "number_format", "")) for cell in row]
                while cells and not cells[-1]:
                    cells.pop()
                if not cells:
                    waiting += 1
                    continue
                file.write("[]\n" * waiting + json.dumps(cells, ensure_ascii=False) + "\n")
                count, waiting = count + waiting + 1, 0
                if count > ROWS:
                    raise complaints.sheet_too_long(ROWS)
                if count % 1000 == 0:
                    progress(count, 0)
        except (KeyError, ValueError, TypeError, IndexError, SyntaxError, zipfile.BadZipFile, EOFError) as error:
            raise complaints.sheet_broken(f"{type(error).__name__}: {error}") from error
    return count


def shown(value: Any, number_format: str = "") -> str:
    """A cell as it is read on the screen: dates as dd/MM/yyyy, whole numbers without .0, leading zeros of the format kept."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/") + f"{value.year:04}"
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        return str(value).zfill(len(number_format)) if _ZEROS.fullmatch(number_format or "") else str(value)
    return " ".join(str(value)[:CELL].replace("\x00", "").replace("_x000D_", " ").split())
