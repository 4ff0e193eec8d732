"""Settings as declarations: the page in the window, the command line and the checks are all made from this list.

Scopes: `person` (a JSON file of this user on this PC) and `archive` (inside the encrypted catalog, shared by who opens it). The
office may lay down values for any key in `office.json`: {"locked": {key: value}, "defaults": {key: value}}; a locked one is shown
and can't be changed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.i18n import N_, _
from storage.disk import write_atomic

log = logging.getLogger(__name__)


@dataclass(slots=True, frozen=True)
class Setting:
    """One setting. `type` is bool, int, str or Path; `choices` maps values to labels; `group` is the heading on the page."""

    key: str
    type: type
    default: Any
    label: str
    help: str = ""
    group: str = ""
    choices: tuple[tuple[Any, str], ...] = ()
    scope: str = "person"
    low: int | None = None
    high: int | None = None
    hidden: bool = False  # kept, but not on the page (sizes of panes and the like)


LOOK = N_("Appearance")
SCAN = N_("Scanning")
READ = N_("Recognition")
SIGN = N_("Signing")
OFFICE = N_("Office")
PACK = N_("Packages")
SERVER = N_("Server")

SETTINGS: tuple[Setting, ...] = (
    Setting("ui.language", str, "vi", N_("Language"), group=LOOK, choices=(("vi", "Tiếng Việt"), ("en", "English"))),
    Setting(
        "ui.theme",
        str,
        "system",
        N_("Colours"),
        group=LOOK,
        choices=(
            ("system", N_("As the system")),
            ("light", N_("Light")),
            ("dark", N_("Dark")),
            ("contrast", N_("High contrast")),
        ),
    ),
    Setting(
        "ui.density",
        str,
        "comfortable",
        N_("Rows in lists"),
        group=LOOK,
        choices=(("comfortable", N_("Comfortable")), ("compact", N_("Compact"))),
    ),
    Setting("ui.window", str, "", N_("Window layout"), hidden=True),
    Setting("ui.archive", str, "", N_("Folder of the archive"), hidden=True),
    Setting("scan.device", str, "", N_("Scanner"), N_("The scanner that the Scan button uses first."), SCAN),
    Setting(
        "scan.source",
        str,
        "feeder",
        N_("Paper from"),
        group=SCAN,
        choices=(("feeder", N_("Feeder")), ("flatbed", N_("Flatbed glass"))),
    ),
    Setting("scan.duplex", bool, False, N_("Scan both sides"), group=SCAN),
    Setting(
        "scan.dpi",
        int,
        300,
        N_("Resolution"),
        N_("Dots per inch. The law asks for 200 or more; 300 reads better."),
        SCAN,
        choices=((200, "200 dpi"), (300, "300 dpi"), (400, "400 dpi"), (600, "600 dpi")),
    ),
    Setting(
        "scan.colour",
        str,
        "colour",
        N_("Colour"),
        N_("Digitised records must be in colour (Thông tư 05/2025, article 8)."),
        SCAN,
        choices=(("colour", N_("Colour")), ("grey", N_("Grey"))),
    ),
    Setting("ocr.enabled", bool, True, N_("Recognise the text of new documents"), group=READ),
    Setting(
        "ocr.workers",
        int,
        0,
        N_("Pages read at the same time"),
        N_("0 = one for each processor core."),
        READ,
        low=0,
        high=16,
    ),
    Setting(
        "sign.module",
        Path,
        "",
        N_("Token driver"),
        N_(
            "The driver file (PKCS#11) that came with the USB token. Ask whoever looks after your computers if you are not sure."
        ),
        SIGN,
    ),
    Setting(
        "sign.appearance",
        str,
        "digitised",
        N_("Look of the signature"),
        group=SIGN,
        choices=(
            ("digitised", N_("Organisation on a digitised paper")),
            ("person", N_("Person with authority")),
            ("organisation", N_("Seal of the organisation")),
            ("copy", N_("Copy")),
            ("attachment", N_("Attachment")),
            ("number", N_("Number of an outgoing document")),
            ("date", N_("Date of an outgoing document")),
            ("none", N_("Not visible")),
        ),
    ),
    Setting(
        "sign.person_image", Path, "", N_("Picture of the handwritten signature"), N_("PNG with a transparent ground."), SIGN
    ),
    Setting(
        "sign.tsa",
        str,
        "",
        N_("Time-stamp services"),
        N_("Addresses with a space between them; the next one is asked when one does not answer."),
        SIGN,
    ),
    Setting(
        "sign.day_evidence",
        bool,
        False,
        N_("Prove each day's files by themselves"),
        N_("One time stamp over all files of a day, on the day after, while the program is open."),
        SIGN,
    ),
    Setting(
        "sign.tsa_pause",
        int,
        0,
        N_("Seconds between two questions to the time-stamp service"),
        N_("0 = no pause. Some services refuse those who ask too often."),
        SIGN,
        low=0,
        high=600,
    ),
    Setting("sign.approved_modules", str, "", N_("Approved token drivers"), hidden=True),  # SHA-256, laid down by the office
    Setting("sign.hosts", str, "", N_("Hosts of the authorities"), hidden=True),  # the only ones asked about revocation
    Setting("sign.trust", Path, "", N_("Folder of further trusted certificates"), hidden=True),
    Setting("sign.seal_image", Path, "", N_("Picture of the seal"), N_("PNG with a transparent ground, in real size."), SIGN),
    Setting(
        "sign.seal_mm",
        int,
        0,
        N_("Width of the seal in millimetres"),
        N_("0 = as the picture says, or 36 mm where it says nothing."),
        SIGN,
        low=0,
        high=60,
    ),
    Setting("sign.level", str, "B", N_("Level of the signature"), hidden=True),
    Setting("sign.places", str, "", N_("Places of signatures"), hidden=True),
    Setting(
        "office.agency", str, "", N_("Name of the agency"), N_("As it stands in signatures and lists."), OFFICE, scope="archive"
    ),
    Setting("office.parent", str, "", N_("Superior agency"), group=OFFICE, scope="archive"),
    Setting(
        "office.code",
        str,
        "",
        N_("Identifier of the agency"),
        N_("The electronic identifier, for example H49.64.33."),
        OFFICE,
        scope="archive",
    ),
    Setting("office.person", str, "", N_("Your name"), N_("Stands in the audit log and in packages."), OFFICE),
    Setting(
        "package.virus_check",
        bool,
        False,
        N_("Check for viruses before packages are sent or taken in"),
        N_("Needs ClamAV (its service clamd) or Windows Defender on this PC."),
        PACK,
    ),
    Setting(
        "package.virus_scanner",
        str,
        "",
        N_("Address of the virus scanner"),
        N_("Empty = the one on this PC. Otherwise clamd's socket or host:port."),
        PACK,
    ),
    Setting(
        "package.agreement",
        Path,
        "",
        N_("Submission agreement"),
        N_("The file (JSON) in which the receiving archive says what it takes. Empty = Thông tư 05/2025."),
        PACK,
    ),
    Setting(
        "sync.url",
        str,
        "",
        N_("Address of the central server"),
        N_("Your administrator gives it together with an enrolment code."),
        SERVER,
        scope="archive",
    ),
    Setting("trust.list", str, "", N_("Trusted authorities"), scope="archive", hidden=True),  # as the server signed it
    Setting("sync.endpoint", str, "", N_("Enrolment"), scope="archive", hidden=True),
)

BY_KEY = {setting.key: setting for setting in SETTINGS}


class Settings:
    """The values in force. `archive_values` is set while an archive is open: (read, write) of its own settings."""

    def __init__(self, path: Path, office: Path | None = None) -> None:
        self._path = path
        self._person = _load(path)
        laid_down = _load(office) if office else {}
        self._locked = _mapping(laid_down.get("locked"))
        self._defaults = _mapping(laid_down.get("defaults"))
        self.archive_values: tuple[Callable[[str], str | None], Callable[[str, str], None]] | None = None
        self._listeners: list[Callable[[str], None]] = []

    def __getitem__(self, key: str) -> Any:
        """The value in force. KeyError for an undeclared key: a typing error, not a state of the world."""
        setting = BY_KEY[key]
        if key in self._locked:
            return _coerced(setting, self._locked[key])
        stored = self._stored(setting)
        return _coerced(setting, stored if stored is not None else self._defaults.get(key, setting.default))

    def _stored(self, setting: Setting) -> Any:
        if setting.scope == "archive":
            return self.archive_values[0](setting.key) if self.archive_values else None
        return self._person.get(setting.key)

    def locked(self, key: str) -> bool:
        return key in self._locked

    def set(self, key: str, value: Any) -> AppError | None:
        """Raises AppError `setting.locked` or `setting.invalid`. Returns what is to be told where the value holds only until the
        program ends, because it can't be written down: no reason to stop what one is doing.
        """
        setting, unkept = BY_KEY[key], None
        if key in self._locked:
            raise AppError("setting.locked", _("“{name}” is laid down by your office.").format(name=_(setting.label)))
        self._check(setting, value)
        if setting.scope == "archive":
            if self.archive_values is None:
                raise AppError("setting.no_archive", _("Open the archive first."))
            self.archive_values[1](key, json.dumps(value) if not isinstance(value, str) else value)
        else:
            self._person[key] = str(value) if setting.type is Path else value
            unkept = self._keep()
        for listener in self._listeners:
            listener(key)
        return unkept

    def _keep(self) -> AppError | None:
        try:
            write_atomic(self._path, json.dumps(self._person, indent=1, ensure_ascii=False).encode())
        except OSError as error:
            log.warning("settings %s can't be written: %r", self._path, error)
            return AppError(
                "setting.unkept",
                _("The setting holds now, but it could not be written down and is forgotten when the program ends."),
                _("Free some space, or ask your administrator for a home folder that can be written: {folder}.").format(
                    folder=self._path.parent
                ),
                detail=str(error),
            )
        return None

    def _check(self, setting: Setting, value: Any) -> None:
        bad = bool(setting.choices) and value not in [choice for choice, _label in setting.choices]
        if setting.type is int and not bad:
            number = _number(value)
            bad = (
                number is None or number < (setting.low or 0) or number > (setting.high if setting.high is not None else number)
            )
        if bad:
            raise AppError(
                "setting.invalid",
                _("“{value}” does not suit “{name}”.").format(value=value, name=_(setting.label)),
                _("Choose one of the values offered."),
            )

    def listen(self, listener: Callable[[str], None]) -> None:
        """Calls `listener(key)` after each change."""
        self._listeners.append(listener)


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _mapping(value: Any) -> dict[str, Any]:
    """An edited file may hold anything."""
    return value if isinstance(value, dict) else {}


def _load(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text("utf-8"))
        return data if isinstance(data, dict) else {}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("settings %s can't be read: %r", path, error)
        return {}


def _coerced(setting: Setting, value: Any) -> Any:
    """A stored value of the wrong kind is the default again: an old or edited file must not stop the program."""
    try:
        if setting.type is bool:
            return value if isinstance(value, bool) else str(value).lower() in ("true", "1")
        if setting.type is int:
            value = int(value)
        if setting.type is Path:
            return Path(value) if value else None
        if setting.type is str:
            value = str(value)
    except (TypeError, ValueError):
        return setting.default
    allowed = [choice for choice, _label in setting.choices]
    return value if not allowed or value in allowed else setting.default
