"""A package whose own XML turns out not to follow its schemas does not stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.desk.packaging import _refuse_unfit
from app.errors import AppError
from app.package.report import Report
from app.package.write import Written


def test_a_package_that_breaks_its_schema_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK")
    written, report = Written(path, "uuid-1", 1, 2, ""), Report(path)
    report.error("TT05-FIXITY", "a", "x")
    _refuse_unfit(report, written)
    assert path.exists()
    report.error("TT05-EAD-XSD", "representations/rep1/metadata/descriptive/EAD_doc_1.xml:3", "x")
    with pytest.raises(AppError) as refused:
        _refuse_unfit(report, written)
    assert refused.value.code == "package.schema"
    assert not path.exists()
