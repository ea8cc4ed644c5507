"""Decoding what people send: photos, sound and papers, each made anew from what it shows.

What lives here runs in an interpreter of its own, so it imports nothing of the rest of the
product. What does not live here: starting that interpreter (`portfolio.media.workplace`).
"""
