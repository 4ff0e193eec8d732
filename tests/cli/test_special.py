"""special: a picture's own fields from the command line."""

from __future__ import annotations

from pathlib import Path

from app.services import Services
from tests.cli.program import here
from tests.conftest import PASSWORD
from tests.desk import packed


def test_a_picture_is_shown_described_and_done(tmp_path: Path) -> None:
    archive = tmp_path / "kho"
    services = Services(archive)
    services.create(PASSWORD)
    assert services.workspace is not None
    document = packed.picture(services.workspace, packed.dossier(services.workspace, 1), b"\xff\xd8\xff" + b"x" * 99, {})
    services.close()
    at = ("--archive", archive, "--json", "special", str(document))
    row = here(*at).rows[0]
    assert (row["record"], row["suggested"], here(*at).code) == ("pic", "pic", 1)
    assert [each["field"] for each in row["fields"] if each["problem"]] == ["typePic", "imageTitle"]
    assert row["missing"] == ["Loại ảnh", "Tiêu đề ảnh"]
    code = next(iter(row["fields"][0]["codes"]))
    done = here(*at, f"typePic={code}", "imageTitle=Lễ khánh thành")
    assert (done.code, done.rows[0]["missing"]) == (0, [])
    assert here(*at, "imageTitle").code == 2
    assert here(*at, "movieTitle=x").code == 3
    assert here(*at, "--record", "doc").rows[0]["fields"] == []
