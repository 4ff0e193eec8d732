"""The real SANE with its own `test` device, set up in a folder of ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PLAIN = {
    "number_of_devices": "1",
    "mode": "Color",
    "depth": "8",
    "resolution_min": "1.0",
    "resolution_max": "1200.0",
    "resolution_quant": "1.0",
    "resolution": "50.0",
    "test-picture": '"Color pattern"',
    "read-delay": "false",
    "read-status-code": '"Default"',
    "geometry_min": "0.0",
    "geometry_max": "300.0",
    "geometry_quant": "1.0",
    "br_x": "210.0",
    "br_y": "297.0",
}


@dataclass(slots=True)
class SaneTest:
    """`set` changes the device's configuration for every process that starts afterwards."""

    folder: Path

    def set(self, **changes: str) -> None:
        """Names with `_` for `-`; `status="JAMMED"` lets every read fail so."""
        lines = dict(PLAIN)
        status = changes.pop("status", None)
        if status:
            lines["read-status-code"] = f'"SANE_STATUS_{status}"'
        lines |= {name if name in PLAIN else name.replace("_", "-"): value for name, value in changes.items()}
        (self.folder / "test.conf").write_text("".join(f"{name} {value}\n" for name, value in lines.items()))

    def none(self) -> None:
        """No driver at all."""
        (self.folder / "dll.conf").write_text("")
