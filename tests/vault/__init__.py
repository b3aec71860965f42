"""The vault: published vectors, our own frozen formats, and everything that must not open."""
