"""The demo on the live screen."""

from monitor.demo.options import DemoOptions
from monitor.tui.app import LiveApp
from monitor.tui.runner import Runner

SUMMARY_S = 20.0
"""s. How long the summary stands before the demo ends by itself. Design default."""


def show_demo(options: DemoOptions) -> int:
    """Run the demo on the live screen; returns the exit status."""

    def open_session() -> Runner:
        # Not at the top: analysis and Bluetooth are loaded behind the first frame.
        from monitor.demo.session import open_demo

        return open_demo(options)

    app = LiveApp(open_session, auto_exit_s=SUMMARY_S)
    app.run()
    if app.error is not None:
        raise app.error
    if app.runner is not None:
        print("\n".join(app.runner.summary_lines))
    return 0
