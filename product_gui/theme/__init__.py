"""How the window looks: colours, spacing, type, icons, appearance mode, tables and plots."""
