"""The parts of the time base: arrivals, the samples' pace, the order of packets."""
