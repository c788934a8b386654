"""Every sentence that a user reads, one module for each page."""
