"""The Windows certificate store and its keys (CryptoAPI and CNG), as few calls as signing needs.

Written against the documentation of crypt32.dll and ncrypt.dll; it was never run on Windows, only against `tests/fakes/cng_store.py`,
which stands in for the class below. Everything that needs Windows is inside of it.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

windows: Any = ctypes  # what exists only there
KEY_PROV_INFO = 2  # CERT_KEY_PROV_INFO_PROP_ID: the certificate has a private key somewhere
ONLY_NCRYPT = 0x00040000  # CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG
SILENT = 0x00000040  # CRYPT_ACQUIRE_SILENT_FLAG, NCRYPT_SILENT_FLAG
PAD_PKCS1, PAD_PSS = 2, 8
PIN_PROPERTY = "SmartCardPin"
TOKEN_GONE = {0x80100069, 0x8010000B, 0x8010000C, 0x80100017, 0x8010002E}  # SCARD_W_REMOVED_CARD, NO_SMARTCARD, NO_READERS …
CODES = {
    0x8010006B: "token.pin_incorrect",  # SCARD_W_WRONG_CHV
    0x8010006C: "token.pin_locked",  # SCARD_W_CHV_BLOCKED
    0x8010006E: "token.cancelled",  # SCARD_W_CANCELLED_BY_USER
    0x80090022: "token.pin_incorrect",  # NTE_SILENT_CONTEXT: it wanted to ask for a PIN, so ours was not taken
    0x80090036: "token.cancelled",  # NTE_USER_CANCELLED
    0x8009000D: "token.no_certificate",  # NTE_NO_KEY
    0x80090016: "token.no_certificate",  # NTE_BAD_KEYSET
    0x80090029: "token.no_pss",  # NTE_NOT_SUPPORTED
}


class CngError(Exception):
    """A call failed; `status` is the unsigned 32-bit code of Windows."""

    def __init__(self, status: int) -> None:
        super().__init__(f"0x{status & 0xFFFFFFFF:08X}")
        self.status = status & 0xFFFFFFFF

    @property
    def code(self) -> str:
        if self.status in TOKEN_GONE:
            return "token.removed"
        return CODES.get(self.status, "token.failed")


@dataclass(slots=True, frozen=True)
class Padding:
    """How an RSA key fills the hash: `pss` with a salt as long as the hash, else PKCS#1 v1.5. EC keys take None."""

    digest: str  # "SHA256" …
    pss: bool = False


class Cng:
    """The store "MY" of the person who is logged in. Raises CngError."""

    def __init__(self) -> None:
        if os.name != "nt":
            raise CngError(0x80090029)
        self._crypt: Any = windows.WinDLL("crypt32.dll", use_last_error=True)
        self._ncrypt: Any = windows.WinDLL("ncrypt.dll")
        pointer, word = ctypes.c_void_p, ctypes.c_uint32
        self._crypt.CertOpenSystemStoreW.restype = pointer
        self._crypt.CertOpenSystemStoreW.argtypes = (pointer, ctypes.c_wchar_p)
        self._crypt.CertEnumCertificatesInStore.restype = ctypes.POINTER(_Context)
        self._crypt.CertEnumCertificatesInStore.argtypes = (pointer, ctypes.POINTER(_Context))
        self._crypt.CertGetCertificateContextProperty.argtypes = (ctypes.POINTER(_Context), word, pointer, ctypes.POINTER(word))
        self._crypt.CertDuplicateCertificateContext.restype = ctypes.POINTER(_Context)
        self._crypt.CertDuplicateCertificateContext.argtypes = (ctypes.POINTER(_Context),)
        self._crypt.CertFreeCertificateContext.argtypes = (ctypes.POINTER(_Context),)
        self._crypt.CertCloseStore.argtypes = (pointer, word)
        self._crypt.CryptAcquireCertificatePrivateKey.argtypes = (
            ctypes.POINTER(_Context), word, pointer, ctypes.POINTER(pointer), ctypes.POINTER(word), ctypes.POINTER(ctypes.c_int),
        )  # fmt: skip
        self._ncrypt.NCryptSetProperty.argtypes = (pointer, ctypes.c_wchar_p, pointer, word, word)
        self._ncrypt.NCryptSignHash.argtypes = (pointer, pointer, pointer, word, pointer, word, ctypes.POINTER(word), word)
        self._ncrypt.NCryptFreeObject.argtypes = (pointer,)

    def certificates(self) -> list[bytes]:
        """The DER of each certificate that has a private key."""
        return [der for der, _context in self._each() if der]

    def open_key(self, der: bytes) -> Any:
        """The handle of the certificate's key; free it with `close_key`. May touch the token, asks nobody."""
        for found, context in self._each():
            if found != der:
                continue
            key, kind, ours = ctypes.c_void_p(), ctypes.c_uint32(), ctypes.c_int()
            if not self._crypt.CryptAcquireCertificatePrivateKey(
                context, ONLY_NCRYPT | SILENT, None, ctypes.byref(key), ctypes.byref(kind), ctypes.byref(ours)
            ):
                raise CngError(windows.get_last_error())
            return key
        raise CngError(0x8009000D)

    def give_pin(self, key: Any, pin: bytearray) -> None:
        """Hands the PIN to the key's provider; the copy that is made for it is overwritten."""
        text = ctypes.create_unicode_buffer(len(pin) + 1)
        try:
            for place, letter in enumerate(pin):  # PINs are ASCII; no string is made of it
                text[place] = chr(letter)
            self._check(self._ncrypt.NCryptSetProperty(key, PIN_PROPERTY, text, ctypes.sizeof(text), SILENT))
        finally:
            ctypes.memset(text, 0, ctypes.sizeof(text))

    def sign(self, key: Any, digest: bytes, padding: Padding | None) -> bytes:
        """RSA: the signature; EC: r and s, one after the other."""
        info, flags = None, SILENT
        if padding is not None and padding.pss:
            info, flags = ctypes.byref(_PssInfo(padding.digest, len(digest))), SILENT | PAD_PSS
        elif padding is not None:
            info, flags = ctypes.byref(_Pkcs1Info(padding.digest)), SILENT | PAD_PKCS1
        size = ctypes.c_uint32()
        self._check(self._ncrypt.NCryptSignHash(key, info, digest, len(digest), None, 0, ctypes.byref(size), flags))
        out = ctypes.create_string_buffer(size.value)
        self._check(self._ncrypt.NCryptSignHash(key, info, digest, len(digest), out, size, ctypes.byref(size), flags))
        return out.raw[: size.value]

    def close_key(self, key: Any) -> None:
        self._ncrypt.NCryptFreeObject(key)

    def _each(self) -> Iterator[tuple[bytes, Any]]:
        """DER and context of each certificate of the store; the context lives until the next one is taken."""
        store = self._crypt.CertOpenSystemStoreW(None, "MY")
        if not store:
            raise CngError(windows.get_last_error())
        try:
            context = self._crypt.CertEnumCertificatesInStore(store, None)
            while context:
                size = ctypes.c_uint32()
                with_key = self._crypt.CertGetCertificateContextProperty(context, KEY_PROV_INFO, None, ctypes.byref(size))
                one = context.contents
                yield (ctypes.string_at(one.encoded, one.size) if with_key else b""), context
                context = self._crypt.CertEnumCertificatesInStore(store, context)  # frees the one before
        finally:
            self._crypt.CertCloseStore(store, 0)

    @staticmethod
    def _check(status: int) -> None:
        if status & 0xFFFFFFFF:
            raise CngError(status)


class _Context(ctypes.Structure):
    """CERT_CONTEXT"""

    _fields_ = (
        ("encoding", ctypes.c_uint32),
        ("encoded", ctypes.c_void_p),
        ("size", ctypes.c_uint32),
        ("info", ctypes.c_void_p),
        ("store", ctypes.c_void_p),
    )


class _Pkcs1Info(ctypes.Structure):
    """BCRYPT_PKCS1_PADDING_INFO"""

    _fields_ = (("algorithm", ctypes.c_wchar_p),)


class _PssInfo(ctypes.Structure):
    """BCRYPT_PSS_PADDING_INFO"""

    _fields_ = (("algorithm", ctypes.c_wchar_p), ("salt", ctypes.c_uint32))
