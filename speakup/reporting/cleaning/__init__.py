"""Foreign files are parsed here, in processes that hold nothing (vault.md, 'Rules of the room'; ADR 0025).

`running` is the parent's side: it starts a child with pipes only. Everything else but `kinds` runs in that child and
imports nothing of Django or of the rest of SpeakUp.
"""
