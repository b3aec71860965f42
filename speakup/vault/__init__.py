"""All cryptography and nothing else: pure Python without Django, the only room that imports `cryptography`."""
