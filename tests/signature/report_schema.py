"""The part of ETSI TS 119 102-2 (schema 1.2.1) that our reports use, written down anew from its tables: names, order, what must be there.

Parts of other schemas that it refers to (XAdES, trusted lists) stand here with their names only, as far as the reports need them.
"""

from __future__ import annotations

VR, DS, TSL = "http://uri.etsi.org/19102/v1.2.1#", "http://www.w3.org/2000/09/xmldsig#", "http://uri.etsi.org/02231/v2#"

# type: its elements in order as "name type how often"; "…?" once or never, "…+" once or more, "…*" any number, else once
TYPES = {
    "Report": "SignatureValidationReport One + | SignatureValidationObjects Objects ? | SignatureValidator Validator ?",
    "One": (
        "SignatureIdentifier Identifier ? | ValidationTimeInfo Times ? | SignersDocument Document ? | SignatureAttributes Attributes ?"
        " | SignerInformation Signer ? | SignatureValidationStatus Status"
    ),
    "Identifier": "DigestAlgAndValue any ? | HashOnly xs:boolean | DocHashOnly xs:boolean | DAIdentifier xs:string ?",
    "Times": "ValidationTime xs:dateTime | BestSignatureTime Proof",
    "Proof": "POETime xs:dateTime | TypeOfProof xs:anyURI",
    "Document": "DigestAlgAndValue any",
    "Attributes": "SigningTime Signing",
    "Signing": "Time xs:dateTime",
    "Signer": "SignerCertificate Reference | Signer xs:string ?",
    "Status": "MainIndication xs:anyURI | SubIndication xs:anyURI * | AssociatedValidationReportData Data *",
    "Data": "AdditionalValidationReportData More ?",
    "More": "ReportData Typed +",
    "Typed": "Type xs:anyURI | Value xs:anyType",
    "Objects": "ValidationObject Object +",
    "Object": "ObjectType xs:anyURI | ValidationObjectRepresentation Shown",
    "Validator": "DigitalId any +",
}
OFTEN = {"?": ' minOccurs="0"', "+": ' maxOccurs="unbounded"', "*": ' minOccurs="0" maxOccurs="unbounded"', "": ""}
OTHERS = {"Object": '<xs:attribute name="id" type="xs:ID" use="required"/>'}


def element(words: str) -> str:
    name, kind, often = (*words.split(), "")[:3]
    kind = kind if kind.startswith("xs:") else f"vr:{kind}"
    return f'<xs:element name="{name}" type="{kind}"{OFTEN[often]}/>'


def made(name: str, rows: str) -> str:
    inner = "".join(element(row) for row in rows.split("|"))
    return f'<xs:complexType name="{name}"><xs:sequence>{inner}</xs:sequence>{OTHERS.get(name, "")}</xs:complexType>'


SCHEMA = (
    f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:vr="{VR}" targetNamespace="{VR}" elementFormDefault="qualified">'
    '<xs:element name="ValidationReport" type="vr:Report"/>'
    + "".join(made(name, rows) for name, rows in TYPES.items())
    + '<xs:complexType name="Reference"><xs:attribute name="VOReference" type="xs:IDREFS" use="required"/></xs:complexType>'
    '<xs:complexType name="Shown"><xs:choice><xs:element name="base64" type="xs:base64Binary"/>'
    '<xs:element name="DigestAlgAndValue" type="vr:any"/></xs:choice></xs:complexType>'
    f'<xs:complexType name="any"><xs:sequence><xs:any namespace="{DS} {TSL}" processContents="skip" maxOccurs="2"/></xs:sequence>'
    "</xs:complexType></xs:schema>"
).encode()
