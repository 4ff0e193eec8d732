"""Packages and folders of others read into plain values: Thông tư 05/2025 in both dialects, E-ARK, BagIt, the shape of Thông tư 02/2019."""

from __future__ import annotations

from app.package.reading.door import read_package
from app.package.reading.model import ReadDocument, ReadFile, ReadPackage

__all__ = ["ReadDocument", "ReadFile", "ReadPackage", "read_package"]
