"""AIP16 and AIP18 (E-ARK AIP 2.2): who caused an event is told with it, and described in the package's PREMIS."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from app.i18n import _
from app.package.report import Report
from app.package.xml import PREMIS

P = f"{{{PREMIS}}}"


@dataclass(slots=True)
class Provenance:
    """What the PREMIS files of a package say, one after the other: an event may name an agent that another file describes."""

    agents: set[str] = field(default_factory=set)
    named: dict[str, str] = field(default_factory=dict)  # agent → where an event first names it

    def read(self, root: etree._Element, path: str, report: Report) -> None:
        self.agents |= {_words(value) for value in root.iterfind(f"{P}agent/{P}agentIdentifier/{P}agentIdentifierValue")}
        for event in root.iterfind(f"{P}event"):
            links = event.findall(f"{P}linkingAgentIdentifier/{P}linkingAgentIdentifierValue")
            where = f"{path}:{event.sourceline}"
            if not links:
                report.error("AIP16", where, _("The event does not say who or what caused it."))
            for link in links:
                self.named.setdefault(_words(link), where)

    def judge(self, report: Report) -> None:
        for agent, where in self.named.items():
            if agent not in self.agents:
                words = _("An event names “{id}”, which is not in the preservation record.")
                report.error("AIP18", where, words.format(id=agent[:100]))


def _words(element: etree._Element) -> str:
    return " ".join((element.text or "").split())
