"""A small program for the computer into which a USB token is plugged: it signs digests that a paired page asks for.

It imports nothing of Mộc Bản, and Mộc Bản imports nothing of it: they meet only on the loopback address.
Read in this order: requests, pairing, journal, tokens, desk, server.
"""

__version__ = "0.1.0"
PORT = 17470  # below the ports that Linux and Windows give out by themselves
