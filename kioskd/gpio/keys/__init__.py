"""From a key to an action: keypads, keyboards and remotes as the kernel's input devices."""
