"""Pictures and texts become vectors of one space; port.py says how, openclip.py does it."""
