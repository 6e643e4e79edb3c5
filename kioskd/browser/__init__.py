"""Its own process: shows the panel on the screen and proves that it is shown.

It talks to the daemon only over the loopback, as any browser does. `start` reads the configuration
and then becomes `supervisor`, which runs as long as the wall and imports almost nothing. Here
belongs what starts and watches a browser, and not what it shows: that is `frontend/`.
"""
