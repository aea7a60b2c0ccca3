"""The bibliography: how works come into the library, from Zotero and from files, and how they leave it."""
