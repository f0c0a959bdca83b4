"""Recordings: raw notifications, link events and JSON messages in an MCAP file."""
