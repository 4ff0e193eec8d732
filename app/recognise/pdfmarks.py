"""What makes a PDF a PDF/A-2b, besides its pages: the XMP packet and the output intent, as short as they may be (ISO 19005-2, 6.2.3, 6.6).

PDF/A-2 would allow a compressed packet, but programs that tell formats by their bytes (PRONOM fmt/477) must find it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import escape

PRODUCER = "Văn Khố"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


@dataclass(slots=True, frozen=True)
class About:
    title: str
    language: str  # RFC 3066


def xmp(about: About) -> bytes:
    title = f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(clean(about.title))}</rdf:li></rdf:Alt></dc:title>'
    language = f"<dc:language><rdf:Bag><rdf:li>{escape(about.language)}</rdf:li></rdf:Bag></dc:language>"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="B" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="{PRODUCER}">'
        f'{title}{language}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def clean(text: str) -> str:
    """Without what XML can't hold."""
    return _NOT_XML.sub("", text)


def text_string(text: str) -> str:
    """A PDF text string, in hexadecimal digits (ISO 32000-1, 7.9.2.2)."""
    return f"<{(chr(0xFEFF) + text).encode('utf-16-be').hex()}>"


def output_intent(profile: int, identifier: str) -> str:
    """The entries of the dictionary; `profile` is the object number of the ICC profile."""
    return f"<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier({identifier})/Info({identifier})/DestOutputProfile {profile} 0 R>>"
