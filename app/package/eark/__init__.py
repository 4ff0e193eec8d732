"""E-ARK CSIP, SIP and DIP (2.0.4, 2.1.0, 2.2.0) as tables of rules, and what judges a package by them."""
