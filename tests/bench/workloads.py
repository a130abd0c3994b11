"""What is asked for, and the files that it needs."""

import http.client
import os
import select
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

MTIME = 1_700_000_000  # of every file, so that conditions can name it
MANY = 1000
WARM = 200  # requests before the first sample


@dataclass
class Workload:
    name: str
    what: str
    path: str
    size: int  # of the body
    status: int = 200
    clients: int = 64
    headers: dict = field(default_factory=dict)
    floor: tuple = ()  # its options
    lua: tuple = ()  # arguments of wrk.lua
    idle: int = 0  # silent connections besides

    def paths(self):
        """Everything that wrk.lua asks for."""
        if "files" in self.lua:
            return [self.path + str(i) for i in range(MANY)]
        return [self.path]


# The most telling first: --quick takes as many as there is time for.
WORKLOADS = [
    Workload("small", "1 KiB", "/small", 1024),
    Workload("close", "1 KiB, a connection each", "/small", 1024,
             headers={"Connection": "close"}, floor=("-c",)),
    Workload("pipeline", "1 KiB, 16 requests at once", "/small", 1024,
             floor=("-p",), lua=("pipeline", "16")),
    Workload("100k", "100 KiB", "/100k", 100 << 10),
    Workload("1m", "1 MiB, 8 clients", "/1m", 1 << 20, clients=8),
    Workload("idle", "1 KiB, 1000 silent clients", "/small", 1024, idle=1000),
    Workload("many", f"{MANY} files of 4 KiB", "/many/", 4096,
             lua=("files", str(MANY))),
    Workload("304", "not modified", "/small", 0, status=304,
             headers={"If-Modified-Since": formatdate(MTIME, usegmt=True)}),
    Workload("404", "not there", "/missing", 0, status=404),
    Workload("tiny", "100 bytes", "/tiny", 100),
    Workload("10k", "10 KiB", "/10k", 10 << 10),
]


def make_file(path, size):
    path.write_bytes(b"x" * size)
    os.utime(path, (MTIME, MTIME))


def make_tree(root):
    """Readable for those who give up their rights."""
    many = Path(root) / "many"
    many.mkdir(parents=True)
    for w in WORKLOADS:
        if w.status == 200 and not w.lua:
            make_file(root / w.path[1:], w.size)
    for i in range(MANY):
        make_file(many / str(i), 4096)


def ask(connection, workload, path=None):
    """Status and length of one answer."""
    connection.request("GET", path or workload.paths()[0],
                       headers=workload.headers)
    answer = connection.getresponse()
    return answer.status, len(answer.read())


def fault(workload, port):
    """What is wrong with the answer, or None. Bodies of errors are free."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        status, length = ask(connection, workload)
    except (OSError, http.client.HTTPException) as e:
        return str(e) or type(e).__name__
    finally:
        connection.close()
    if status != workload.status:
        return f"status {status}"
    if status == 200 and length != workload.size:
        return f"{length} bytes"
    return None


def warm(workload, port):
    """Lets the server open and keep what it opens and keeps."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    paths = workload.paths()
    for path in paths * (WARM // len(paths) + 2):
        ask(connection, workload, path)
    connection.close()


class Silent:
    """Connections that have asked once and stay open, saying nothing."""

    def __init__(self, workload, port):
        self.held = []
        for _ in range(workload.idle):
            connection = http.client.HTTPConnection("127.0.0.1", port)
            ask(connection, workload)
            self.held.append(connection)

    def closed(self):
        """How many the server has closed meanwhile."""
        waiting = select.poll()
        gone = 0
        for connection in self.held:
            if connection.sock is None:
                gone += 1
            else:
                waiting.register(connection.sock, select.POLLIN)
        return gone + len(waiting.poll(0))

    def close(self):
        for connection in self.held:
            connection.close()
