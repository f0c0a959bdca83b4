"""A running session as seen from elsewhere: what is published, who may look, what travels back.

No clinical rule lives here. A viewer gets Snapshots and sends requests; losing every viewer, or the
whole of this room, changes nothing in the session.
"""
