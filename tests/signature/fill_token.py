"""Puts key pairs and certificates on a PKCS#11 token; run as a process of its own, because it loads the driver.

Reads one JSON object on stdin: {"module", "label", "pin", "items": [{"id", "label", "kind", "key", "cert"}]} (DER in hex).
"""

from __future__ import annotations

import json
import sys

import pkcs11
from pkcs11 import Attribute, ObjectClass
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate, decode_x509_public_key


def main() -> None:
    wanted = json.load(sys.stdin)
    token = pkcs11.lib(wanted["module"]).get_token(token_label=wanted["label"])
    with token.open(rw=True, user_pin=wanted["pin"]) as session:
        for item in wanted["items"]:
            key, cert, identity = bytes.fromhex(item["key"]), bytes.fromhex(item["cert"]), bytes.fromhex(item["id"])
            private = decode_ec_private_key if item["kind"] == "ec" else decode_rsa_private_key
            common = {Attribute.TOKEN: True, Attribute.ID: identity, Attribute.LABEL: item["label"]}
            session.create_object(
                private(key) | common | {Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.SIGN: True}
            )
            session.create_object(decode_x509_public_key(cert) | common)
            session.create_object(decode_x509_certificate(cert) | common | {Attribute.CLASS: ObjectClass.CERTIFICATE})


if __name__ == "__main__":
    main()
