"""All cryptography, and nothing else: pure Python, no Django, and the only room that imports `cryptography` (vault.md)."""
