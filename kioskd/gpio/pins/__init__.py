"""Everything that touches a GPIO line. Owns the package gpiozero."""
