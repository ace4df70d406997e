"""What `samples/generate.py` is made of: invented people, laboratories, layouts and rows."""
