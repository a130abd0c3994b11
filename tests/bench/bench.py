#!/usr/bin/env python3
"""Compares contd with a floor and with other servers; script/bench runs it.

Absolute figures say little, least of all on a shared machine. So every figure
is a ratio to the floor (floor.c), taken in the same round: all servers are
measured one after another, and every other round goes backwards.
"""

import argparse
import contextlib
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import plot
from servers import (HERE, Trace, installed_peers, pinned, start_contd,
                     start_peer, Server)
from workloads import WORKLOADS, Silent, fault, make_tree, warm

DESCRIPTORS = 16384
QUICK_SECONDS = 90  # of measuring; starting and asking comes on top


def say(*words):
    print(*words, file=sys.stderr, flush=True)


class Bench:
    """What does not change between workloads."""

    def __init__(self, options, tmp):
        self.options = options
        self.tmp = tmp
        self.root = tmp / "root"
        self.peers = [] if options.no_peers else installed_peers()
        self.names = ["floor", "contd"]
        self.names += ["old"] * bool(options.old) + self.peers
        cpus = sorted(os.sched_getaffinity(0))
        self.client_cpu, self.server_cpu = (
            cpus[:2] if len(cpus) > 1 else (None, None))

    def start(self, name, workload):
        if name == "floor":
            return Server(name, [self.options.floor, *workload.floor,
                                 str(workload.status), str(workload.size)],
                          self.server_cpu)
        if name in ("contd", "old"):
            return start_contd(name, getattr(self.options, name), self.root,
                               self.server_cpu)
        return start_peer(name, self.root, self.tmp, self.server_cpu)

    def wrk(self, workload, port, seconds):
        """Runs wrk once: what done() of wrk.lua says, by name."""
        words = ["wrk", "-t1", f"-c{workload.clients}", f"-d{seconds}s",
                 "-s", str(HERE / "wrk.lua")]
        for header in workload.headers.items():
            words += ["-H", ": ".join(header)]
        words += [f"http://127.0.0.1:{port}{workload.path}", "--",
                  *workload.lua]
        out = subprocess.run(pinned(self.client_cpu, words), check=True,
                             capture_output=True, text=True).stdout
        line = re.search(r"^bench (.*)$", out, re.M)[1].split()
        return dict(zip(line[::2], map(int, line[1::2])))

    def sample(self, server, workload):
        before = server.cpu_seconds()
        run = self.wrk(workload, server.port, self.options.seconds)
        cpu = server.cpu_seconds() - before
        requests = max(run["requests"], 1)
        refused = 0 if workload.status >= 400 else run["refused"]
        return {"rate": requests / (run["us"] / 1e6),
                "cpu_us": cpu * 1e6 / requests,
                "busy": cpu / (run["us"] / 1e6),
                "p50_us": run["p50"],
                "errors": run["errors"] + refused}

    def calls(self, server, workload):
        """System calls for a request; None where strace cannot say."""
        try:
            with Trace(server, self.tmp / "calls") as trace:
                run = self.wrk(workload, server.port, 1)
        except RuntimeError as e:
            say(f"  {server.name}: {e}")
            return None
        return trace.calls / max(run["requests"], 1)


# ---- one workload ----


def start_one(bench, name, workload, stack):
    """A server that answers as it should, or RuntimeError."""
    server = bench.start(name, workload)
    stack.callback(server.stop)
    wrong = fault(workload, server.port)
    if wrong:
        raise RuntimeError(f"{name} answers with {wrong}")
    return server


def start_all(bench, workload, stack):
    """By name. A peer that does not work is left out; our own must."""
    servers = {}
    for name in bench.names:
        try:
            servers[name] = start_one(bench, name, workload, stack)
        except RuntimeError as e:
            if name not in bench.peers:
                sys.exit(f"bench: {e}")
            say(f"  left out: {e}")
    return servers


def measure_rounds(bench, workload, servers):
    samples = {name: [] for name in servers}
    for server in servers.values():
        warm(workload, server.port)
    for number in range(bench.options.rounds):
        order = list(servers)
        for name in order if number % 2 == 0 else reversed(order):
            samples[name].append(bench.sample(servers[name], workload))
    return samples


def measure(bench, workload):
    """{server: {"samples": [...], "calls": n or None, "closed": n}}"""
    say(f"{workload.name}: {workload.what}")
    with contextlib.ExitStack() as stack:
        servers = start_all(bench, workload, stack)
        silent = {name: Silent(workload, server.port)
                  for name, server in servers.items()}
        for held in silent.values():
            stack.callback(held.close)
        samples = measure_rounds(bench, workload, servers)
        return {name: {
            "samples": samples[name],
            "closed": silent[name].closed(),
            "calls": bench.calls(server, workload)
            if bench.options.calls else None,
        } for name, server in servers.items()}


# ---- what came out ----


def ratios(result, name, key):
    """Median, least and most of the ratios to the floor, round by round."""
    pairs = zip(result[name]["samples"], result["floor"]["samples"])
    found = [own[key] / max(floor[key], 1e-9) for own, floor in pairs]
    return statistics.median(found), min(found), max(found)


def shown(ratio):
    return "{:5.2f} [{:.2f}-{:.2f}]".format(*ratio)


def row(result, name):
    """One line of a table."""
    one = result[name]

    def middle(key):
        return statistics.median(s[key] for s in one["samples"])

    words = (f"  {name:<9}{middle('rate'):>9,.0f}"
             f"  {shown(ratios(result, name, 'rate')):<18}"
             f"{middle('cpu_us'):>9.2f}"
             f"  {shown(ratios(result, name, 'cpu_us')):<18}"
             f"{middle('busy'):>5.0%}{middle('p50_us'):>8.0f}")
    if one["calls"] is not None:
        words += f"{one['calls']:>8.2f}"
    errors = sum(s["errors"] for s in one["samples"])
    words += f"  {errors} errors" if errors else ""
    words += f"  {one['closed']} silent ones closed" if one["closed"] else ""
    return words


HEADING = (f"  {'':<9}{'requests':>9}  {'ratio to':<18}{'CPU us':>9}  "
           f"{'ratio to':<18}{'':>5}{'p50':>8}{'system':>8}\n"
           f"  {'':<9}{'/s':>9}  {'the floor':<18}{'/request':>9}  "
           f"{'the floor':<18}{'busy':>5}{'us':>8}{'calls':>8}")


def table(results):
    lines = [HEADING]
    for workload in WORKLOADS:
        if workload.name in results:
            result = results[workload.name]
            lines.append(f"{workload.name}: {workload.what}")
            lines += [row(result, name) for name in result]
    return "\n".join(lines)


def machine():
    model = re.search(r"model name\s*: (.*)",
                      Path("/proc/cpuinfo").read_text())
    return (f"{platform.system()} {platform.release()}, "
            f"{model[1] if model else platform.machine()}, "
            f"{os.cpu_count()} processors")


def write_all(options, results):
    out = Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    text = (f"{machine()}; {options.rounds} rounds of {options.seconds} s\n"
            "median [least-most]; CPU time is the whole server's; where it is "
            "not busy,\nthe client set the rate\n\n" + table(results) + "\n")
    groups = [(workload, [(name, ratios(result, name, "cpu_us"))
                          for name in result if name != "floor"])
              for workload, result in results.items()]
    drawing = plot.draw("CPU time for a request, against the floor",
                        "shorter is cheaper; bar: median, line: least to most; "
                        f"cut at {plot.LONGEST}",
                        groups)
    out.with_suffix(".txt").write_text(text)
    out.with_suffix(".json").write_text(json.dumps(
        {"machine": machine(), "options": vars(options), "results": results},
        indent=1))
    out.with_suffix(".svg").write_text(drawing)
    print(text)
    say(f"also in {out}.txt, {out}.json, {out}.svg")


# ---- the command line ----


def read_options():
    parser = argparse.ArgumentParser(
        prog="script/bench", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true",
                        help="less than two minutes in all")
    parser.add_argument("--only", metavar="NAMES",
                        help="of " + ",".join(w.name for w in WORKLOADS))
    parser.add_argument("--rounds", type=int, help="default 7, quick 3")
    parser.add_argument("--seconds", type=int, help="default 2, quick 1")
    parser.add_argument("--old", metavar="BINARY",
                        help="another contd to compare with")
    parser.add_argument("--no-peers", action="store_true",
                        help="leave nginx, lighttpd and h2o out")
    parser.add_argument("--out", default="build/bench/result",
                        help="where the results go; default %(default)s")
    parser.add_argument("--contd", help=argparse.SUPPRESS)
    parser.add_argument("--floor", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.rounds = options.rounds or (3 if options.quick else 7)
    options.seconds = options.seconds or (1 if options.quick else 2)
    options.calls = not options.quick and bool(shutil.which("strace"))
    return options


def choose(options, servers):
    """The workloads: those named, or as many as --quick has time for."""
    known = {w.name: w for w in WORKLOADS}
    if options.only:
        names = options.only.split(",")
        unknown = [name for name in names if name not in known]
        if unknown:
            sys.exit(f"bench: no such workload: {', '.join(unknown)}")
        return [known[name] for name in names]
    if not options.quick:
        return WORKLOADS
    each = servers * options.rounds * options.seconds
    fit = max(QUICK_SECONDS // each, 1)
    if fit < len(WORKLOADS):
        say("no time for:", *(w.name for w in WORKLOADS[fit:]))
    return WORKLOADS[:fit]


def main():
    options = read_options()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    soft = DESCRIPTORS if hard < 0 else min(hard, DESCRIPTORS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with tempfile.TemporaryDirectory(prefix="contd-bench-") as tmp:
        os.chmod(tmp, 0o755)  # nginx gives up its rights
        bench = Bench(options, Path(tmp))
        make_tree(bench.root)
        chosen = choose(options, len(bench.names))
        results = {w.name: measure(bench, w) for w in chosen}
    write_all(options, results)


if __name__ == "__main__":
    main()
