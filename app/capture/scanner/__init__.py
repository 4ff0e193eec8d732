"""Scanners. Every driver runs in a child process: drivers crash and hang, the program must not.

`list_devices` and `scan` are what the rest of the program uses; `sane` speaks to Linux's SANE. WIA and TWAIN come with Windows.
"""

from app.capture.scanner.session import Device, ScannedPage, ScanProfile, list_devices, scan, trouble

__all__ = ["Device", "ScanProfile", "ScannedPage", "list_devices", "scan", "trouble"]
