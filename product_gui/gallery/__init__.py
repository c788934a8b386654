"""Every widget in every state, for human eyes: ``python -m product_gui.gallery [--dark]``."""
