"""How cues are heard: tones of a small process of their own, or the terminal's bell without one."""
