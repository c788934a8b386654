"""Photos into vectors: the LiteRT embedder, its making, and the store of vectors."""
