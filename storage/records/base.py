"""The base of all records, and the column kinds that they share."""

from __future__ import annotations

from typing import Annotated, dataclass_transform

import uuid_utils
from sqlalchemy import MetaData, String
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, mapped_column

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

Id = Annotated[int, mapped_column(primary_key=True)]
Uuid = Annotated[str, mapped_column(String(36), unique=True)]
Moment = Annotated[str, mapped_column(String(32))]  # ISO 8601 with offset, milliseconds
Sha256 = Annotated[str, mapped_column(String(64))]  # hex, lower case


@dataclass_transform(kw_only_default=True, field_specifiers=(mapped_column,))
class Record(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """A row of the archive. Bulky columns carry `info={"bulky": True}`: the audit log keeps their digest only."""

    metadata = MetaData(naming_convention=NAMES)


def new_uuid() -> str:
    """A UUIDv7: it sorts by time, so that ids made one after another lie together."""
    return str(uuid_utils.uuid7())
