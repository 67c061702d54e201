"""Starts programs, measures what their whole process trees use, and ends them by pid."""

import os
import signal
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")


def stat_of(pid):
    """Parent, processor seconds (own and of children that it has waited for) and start time; None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[1]), sum(int(field) for field in fields[11:15]) / TICKS, int(fields[19])


def tree(root):
    """The pids of a process and of all its descendants."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (stat := stat_of(name)):
            children.setdefault(stat[0], []).append(int(name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def cpu_seconds(root):
    return sum(stat[1] for pid in tree(root) if (stat := stat_of(pid)))


def machine_cpu_seconds():
    """What all processors did together, but for idling and waiting for disks; stolen time counts."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _idle, _wait, irq, softirq, steal = (int(field) for field in file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def harness_cpu_seconds():
    """What this program and the load generators that have ended used."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def rss_bytes(pids):
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/statm", encoding="ascii") as file:
                total += int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):
            continue
    return total


def pss_bytes(pids):
    """What the processes have together: a page that several share is counted once, in parts."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("Pss:")) * 1024
        except (OSError, StopIteration):
            continue
    return total


def settled_cpu_seconds(root, patience=3.0):
    """Processor time once the tree has come to rest, so that what it does after an answer counts as well."""
    before = cpu_seconds(root)
    end = time.monotonic() + patience
    while time.monotonic() < end:
        time.sleep(0.15)
        now = cpu_seconds(root)
        if now - before <= 0.01:
            return now
        before = now
    return before


class MemoryWatch:
    """The most memory of a process tree: the sum of what is resident in each, by a look every 50 ms, and what they have
    together, by one every half second."""

    def __init__(self, root):
        self.root = root
        self.peak_rss = self.peak_pss = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def _watch(self):
        pids, turn = [], 0
        while True:
            if turn % 10 == 0:
                pids = tree(self.root)
                self.peak_pss = max(self.peak_pss, pss_bytes(pids))
            turn += 1
            self.peak_rss = max(self.peak_rss, rss_bytes(pids))
            if self._ended.wait(0.05):
                return


class Program:
    """One started program. Its first line on standard output, where it prints one, says that it is ready."""

    running = []

    def __init__(self, command, log, **options):
        self._log = open(log, "ab")
        # A session of its own: Ctrl-C reaches the benchmark alone, which then ends its programs in order.
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._log,
                                         start_new_session=True, **options)
        self.pid = self._process.pid
        self.log = log
        Program.running.append(self)

    def first_line(self, patience=30):
        got = []
        reader = threading.Thread(target=lambda: got.append(self._process.stdout.readline()), daemon=True)
        reader.start()
        reader.join(patience)
        if not got or not got[0].strip():
            raise RuntimeError(f"{self._process.args[0]} was not ready in {patience} s; its log: {self.log}")
        return got[0].decode()

    def is_alive(self):
        return self._process.poll() is None

    def end(self, patience=10):
        if self in Program.running:
            Program.running.remove(self)
        members = [(pid, stat[2]) for pid in tree(self.pid) if (stat := stat_of(pid))]
        if self.is_alive():
            self._process.terminate()
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for pid, started in members:  # what outlived its parent, and is still the same process
            stat = stat_of(pid)
            if stat and stat[2] == started:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        self._process.stdout.close()
        self._log.close()

    @classmethod
    def end_all(cls):
        while cls.running:
            cls.running[-1].end()


def end_all_on_signals():
    """Makes the signals that end the benchmark unwind it, so that its programs end with it."""

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def leave(number, _frame):
        for one in numbers:
            signal.signal(one, signal.SIG_IGN)  # the first is enough: nothing may interrupt the cleaning up
        raise SystemExit(128 + number)

    for number in numbers:
        signal.signal(number, leave)
