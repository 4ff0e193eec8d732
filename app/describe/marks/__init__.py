"""The marks of secrecy, urgency and circulation (NĐ 30/2020 annex I, III.2): typed in the head, or stamped in a frame."""
