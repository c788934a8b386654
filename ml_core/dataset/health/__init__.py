"""What is wrong with a folder of photos, found before anything is trained on it."""
