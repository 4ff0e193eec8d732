"""CSIP10–CSIP16: the agent that tells which software made the package. SIP9–SIP31: the agents of a submission.

The three marks of the software (role, type, other type) must be on one and the same agent: other agents may be anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree

from app.i18n import N_, _
from app.package.checks.reading import MetsFile
from app.package.eark.engine import place
from app.package.eark.table import NO_ATTRIBUTE, NO_ELEMENT, WRONG
from app.package.report import Report
from app.package.xml import CSIP, METS

NOTETYPE = f"{{{CSIP}}}NOTETYPE"
MARKS = (("ROLE", "CREATOR", "CSIP11"), ("TYPE", "OTHER", "CSIP12"), ("OTHERTYPE", "SOFTWARE", "CSIP13"))


def check_software(mets: MetsFile, report: Report, noted: Sequence[str] = ("SOFTWARE VERSION",), empty: str = "error") -> None:
    """`noted`: what the type of the agent's note may be; `empty`: how bad it is when there is a note without words.

    What the METS of a representation lacks is only warned about: the package's METS names the software, and the tools in use
    leave it out there.
    """
    bad = "error" if mets.path == "METS.xml" else "warning"
    agents = mets.find("metsHdr/agent")
    if not agents:
        for header in mets.find("metsHdr"):
            for rule in ("CSIP10", "CSIP11"):
                report.add(rule, bad, place(mets, header), _(NO_ELEMENT).format(element="agent"))
        return
    # Several programs may have had a hand in the package: one that is told wholly is enough.
    best = max(agents, key=lambda agent: (_score(agent), _told(agent, noted)))
    if _score(best) < len(MARKS):
        _marks(mets, agents, best, report, bad)
    _name(mets, best, report, bad)
    _note(mets, best, report, noted, bad, empty if bad == "error" else bad)


def _score(agent: etree._Element) -> int:
    return sum(agent.get(name) == wanted for name, wanted, _rule in MARKS)


def _told(agent: etree._Element, noted: Sequence[str]) -> int:
    """How much of name, note and type of the note an agent has."""
    notes = [note for note in agent.findall(f"{{{METS}}}note") if (note.text or "").strip()]
    named = any((name.text or "").strip() for name in agent.findall(f"{{{METS}}}name"))
    return named + bool(notes) + any(note.get(NOTETYPE) in noted for note in notes)


def _marks(mets: MetsFile, agents: list[etree._Element], best: etree._Element, report: Report, bad: str) -> None:
    for name, wanted, rule in MARKS:
        if best.get(name) != wanted:
            report.add(rule, bad, place(mets, best), _marked("agent", name, wanted, best.get(name) or ""))
    if all(any(agent.get(name) == wanted for agent in agents) for name, wanted, _rule in MARKS):
        report.add("CSIP11", bad, place(mets, best), _("No single agent is the software that created the package."))


def _marked(element: str, attribute: str, wanted: str, value: str) -> str:
    if not value.strip():
        return _(NO_ATTRIBUTE).format(element=element, attribute=attribute)
    return _(WRONG).format(attribute=attribute, wanted=wanted, value=value[:80])


def _name(mets: MetsFile, agent: etree._Element, report: Report, bad: str) -> None:
    names = agent.findall(f"{{{METS}}}name")
    if not any((name.text or "").strip() for name in names):
        report.add("CSIP14", bad, place(mets, agent), _("The agent has no name."))
    elif len(names) > 1:
        report.error(
            "CSIP14", place(mets, agent), _("The element {element} stands here more than once.").format(element="name")
        )


def _note(mets: MetsFile, agent: etree._Element, report: Report, noted: Sequence[str], bad: str, empty: str) -> None:
    notes = agent.findall(f"{{{METS}}}note")
    if not any((note.text or "").strip() for note in notes):
        level = empty if notes else bad
        report.add("CSIP15", level, place(mets, agent), _("The agent has no note with the version of the software."))
    if len(notes) > 1:
        report.error(
            "CSIP15", place(mets, agent), _("The element {element} stands here more than once.").format(element="note")
        )
    if not any(note.get(NOTETYPE) in noted for note in notes):
        value = (notes[0].get(NOTETYPE) or "") if notes else ""
        report.add("CSIP16", bad, place(mets, agent), _marked("note", "NOTETYPE", noted[0], value))


@dataclass(slots=True, frozen=True)
class Party:
    """One of the parties of a submission: how its agent is told, and the rules about it (empty: not asked)."""

    title: str
    told: Callable[[etree._Element], bool]
    there: str
    there_level: str
    role: str
    roles: tuple[str, ...]
    type: str
    types: tuple[str, ...]
    name: str
    name_since_2_2: bool  # a MUST since 2.2, a MAY before
    note: str
    note_type: str


def _is(role: str) -> Callable[[etree._Element], bool]:
    return lambda agent: agent.get("ROLE") == role


def _submits(agent: etree._Element) -> bool:
    return (agent.get("ROLE") == "CREATOR" and agent.get("TYPE") != "OTHER") or agent.get("OTHERROLE") == "SUBMITTER"


def _contact(agent: etree._Element) -> bool:
    """A creator that is a person; or one of a kind of its own, which is wrong unless it is the software."""
    kind, other = agent.get("TYPE"), agent.get("OTHERTYPE")
    return agent.get("ROLE") == "CREATOR" and (kind == "INDIVIDUAL" or (kind == "OTHER" and other != "SOFTWARE"))


PEOPLE = ("ORGANIZATION", "INDIVIDUAL")
PARTIES = (
    Party(N_("archival creator"), _is("ARCHIVIST"), "SIP9", "info", "SIP10", ("ARCHIVIST",), "SIP11", PEOPLE,
          "SIP12", True, "SIP13", "SIP14"),
    Party(N_("submitting agent"), _submits, "SIP15", "error", "SIP16", ("CREATOR", "OTHER"), "SIP17", PEOPLE,
          "SIP18", True, "SIP19", "SIP20"),
    Party(N_("contact person"), _contact, "SIP21", "info", "SIP22", ("CREATOR",), "SIP23", ("INDIVIDUAL",),
          "SIP24", False, "SIP25", ""),
    Party(N_("preserving institution"), _is("PRESERVATION"), "SIP26", "info", "SIP27", ("PRESERVATION",), "SIP28", ("ORGANIZATION",),
          "SIP29", True, "SIP30", "SIP31"),
)  # fmt: skip


def check_parties(mets: MetsFile, report: Report, version: str) -> None:
    """The agents of the root METS of a SIP."""
    agents = mets.find("metsHdr/agent")
    header = (mets.find("metsHdr") or [mets.root])[0]
    for agent in agents:
        if not (agent.get("ROLE") or "").strip():
            words = _("{element} has no {attribute}.").format(element="agent", attribute="ROLE")
            for rule in ("SIP10", "SIP16", "SIP22", "SIP27"):
                report.error(rule, place(mets, agent), words)
    for party in PARTIES:
        found = [agent for agent in agents if party.told(agent)]
        if not found:
            words = _("No agent is named as the {party}.").format(party=_(party.title))
            report.add(party.there, party.there_level, place(mets, header), words)
        for agent in found:
            _party(mets, agent, party, report, version)


def _party(mets: MetsFile, agent: etree._Element, party: Party, report: Report, version: str) -> None:
    if agent.get("TYPE") not in party.types:
        words = _marked("agent", "TYPE", " / ".join(party.types), agent.get("TYPE") or "")
        report.error(party.type, place(mets, agent), words)
    if not any((name.text or "").strip() for name in agent.findall(f"{{{METS}}}name")):
        binding = not party.name_since_2_2 or version == "2.2"
        report.add(party.name, "error" if binding else "info", place(mets, agent), _("The agent has no name."))
    notes = agent.findall(f"{{{METS}}}note")
    if not notes:
        report.info(party.note, place(mets, agent), _("The agent has no note that identifies it."))
    person = (
        party.there == "SIP15" and agent.get("TYPE") == "INDIVIDUAL"
    )  # may be the contact: its notes are telephone and mail
    for note in notes:
        kind = note.get(NOTETYPE) or ""
        if party.note_type and kind != "IDENTIFICATIONCODE" and not (person and not kind):
            report.error(party.note_type, place(mets, note), _marked("note", "NOTETYPE", "IDENTIFICATIONCODE", kind))
