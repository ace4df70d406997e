"""The chain of custody: what a scan was given, how it looked and what came out, in a log that shows changes."""
