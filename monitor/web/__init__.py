"""A view of a running session in a browser of this computer: who may open it, and its processes.

What a tab shows is the same screen as in a terminal, run in a process of its own.
"""
