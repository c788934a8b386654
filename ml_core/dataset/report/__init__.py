"""What a check found, for others to read: plain values, a web page with pictures, a table."""
