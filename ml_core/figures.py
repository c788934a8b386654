"""matplotlib Figures for curves, confusion matrix and class counts. No pyplot, no window."""
