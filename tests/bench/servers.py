"""The servers that are compared: how each starts, and what it uses."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = {
    "nginx": ["nginx", "-p", "{tmp}", "-e", "{tmp}/nginx.log", "-c"],
    "lighttpd": ["lighttpd", "-D", "-f"],
    "h2o": ["h2o", "-c"],
}
START_SECONDS = 10
TICKS = os.sysconf("SC_CLK_TCK")


def pinned(cpu, words):
    """The command, on one processor if there is more than one."""
    return words if cpu is None else ["taskset", "-c", str(cpu), *words]


def installed_peers():
    # Daemons are not on everyone's path.
    os.environ["PATH"] += ":/usr/local/sbin:/usr/sbin:/sbin"
    return [name for name in PEERS if shutil.which(name)]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def stat_fields(pid):
    """What follows the name in /proc/PID/stat; [] if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


class Server:
    """A process and its children, serving on self.port."""

    def __init__(self, name, words, cpu, port=None):
        self.name = name
        self.process = subprocess.Popen(
            pinned(cpu, words), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.port = port or self._printed_port()
        self._await()

    def _printed_port(self):
        """contd and the floor say it in the end of a line."""
        for line in self.process.stdout:
            found = re.search(r"(\d+)/?( \(.*\))?$", line.strip())
            if found:
                return int(found[1])
        raise RuntimeError(f"{self.name} did not start")

    def _await(self):
        end = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"{self.name} does not answer: "
                           + self.process.stdout.read().strip())

    def pids(self):
        """The whole tree, parents first."""
        parents = {}
        for entry in os.listdir("/proc"):
            fields = stat_fields(entry) if entry.isdigit() else []
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(entry))
        tree = [self.process.pid]
        for pid in tree:
            tree += parents.get(pid, [])
        return tree

    def cpu_seconds(self):
        """User and system time of the tree, and of its dead children."""
        ticks = 0
        for pid in self.pids():
            ticks += sum(map(int, stat_fields(pid)[11:15]))
        return ticks / TICKS

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_contd(name, binary, root, cpu):
    return Server(name, [binary, "--listen", "127.0.0.1:0", "--log", "off",
                         "--idle-timeout", "0", str(root)], cpu)


def start_peer(name, root, tmp, cpu):
    port = free_port()
    values = {"{port}": str(port), "{root}": str(root), "{tmp}": str(tmp)}

    def fill(text):
        for key, value in values.items():
            text = text.replace(key, value)
        return text

    conf = Path(tmp) / f"{name}.conf"
    conf.write_text(fill((HERE / f"{name}.conf").read_text()))
    words = [fill(word) for word in PEERS[name]]
    return Server(name, [*words, str(conf)], cpu, port)


class Trace:
    """strace on every process of a server, while the block runs."""

    def __init__(self, server, out):
        self.out = Path(out)
        self.words = ["strace", "-c", "-f", "-U", "name,calls", "-o", str(out)]
        self.pids = server.pids()
        for pid in self.pids:
            self.words += ["-p", str(pid)]
        self.calls = 0

    def __enter__(self):
        self.process = subprocess.Popen(
            self.words, stderr=subprocess.PIPE, text=True)
        for _ in self.pids:
            if "attached" not in self.process.stderr.readline():
                self.process.kill()
                raise RuntimeError("strace may not attach")
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.communicate()
        total = re.search(r"(\d+)\s+total|total\s+(\d+)", self.out.read_text())
        self.calls = int(total[1] or total[2]) if total else 0
