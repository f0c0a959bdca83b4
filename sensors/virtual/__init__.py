"""Virtual pods: real Bluetooth peripherals on Bumble, and the radio that reaches them."""
