"""What lies in a PDF besides what is seen on its pages: looked for before anybody signs it.

A "shadow attack" prepares a document that shows one thing when it is signed and another afterwards (Mainka, Mladenov, Rohlmann:
"Shadow Attacks: Hiding and Replacing Content in Signed PDFs", 2021). `inspect` finds such preparations, and all else that may show
differently to others or act by itself.
"""

from app.signature.lint.findings import CODES, Finding, Level, inspect, worst

__all__ = ["CODES", "Finding", "Level", "inspect", "worst"]
