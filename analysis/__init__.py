"""Samples in, steps out: numpy and scipy, no clock, no radio, no screen."""
