"""What each page knows and decides: plain Python that takes intents and gives a view its state."""
