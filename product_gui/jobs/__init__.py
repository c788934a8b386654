"""Work beside the window: what a job is, the threads it runs on, the way its news come back."""
