from pathlib import Path

MEGABYTE = 1e6


class Memory:
    """How much a page holds, in megabytes, after garbage has been collected."""

    def __init__(self, page):
        self._page = page
        self._session = page.context.new_cdp_session(page)
        self._session.send("Performance.enable")
        # Set in the page that `page` shows, so its process can be found among those of the browser.
        self._process = _renderer(page)

    def heap(self):
        """The objects of the page's scripts."""
        return self._metric("JSHeapUsedSize") / MEGABYTE

    def nodes(self):
        return int(self._metric("Nodes"))

    def process(self):
        """What the page's process alone holds, worklets and sound included."""
        rollup = Path(f"/proc/{self._process}/smaps_rollup").read_text()
        kilobytes = sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_"))
        return kilobytes * 1024 / MEGABYTE

    def _metric(self, name):
        self._session.send("HeapProfiler.collectGarbage")
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == name)


def _renderer(page):
    """The process that shows the page: the renderer that works when the page does."""
    session = page.context.browser.new_browser_cdp_session()
    def seconds():
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        return {process["id"]: process["cpuTime"] for process in processes if process["type"] == "renderer"}
    before = seconds()
    page.evaluate("() => { const until = performance.now() + 500; while (performance.now() < until) {} }")
    after = seconds()
    return max(after, key=lambda process: after[process] - before.get(process, 0))
