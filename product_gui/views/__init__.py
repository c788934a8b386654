"""What is on the screen: the window, one file for each page, dialogs. Views decide nothing."""
