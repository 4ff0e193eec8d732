"""Evidence records: one time stamp proves that a whole day's files existed (RFC 4998 in ASN.1, RFC 6283 in XML)."""
