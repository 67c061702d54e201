// Nothing: the target exists to own the precompiled header.
