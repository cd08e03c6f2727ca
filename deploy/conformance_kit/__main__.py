"""The command line of deploy/conformance."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from . import documents


def situations():
    from .client.situations import SITUATIONS as of_clients
    from .server.situations import SITUATIONS as of_servers
    return {"server": of_servers, "client": of_clients}


def arguments():
    parser = argparse.ArgumentParser(
        prog="deploy/conformance", description="Does a client or a server keep the rules of bat.v1?")
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("server", help="look at a deployment")
    server.add_argument("--url", required=True, help="its address, like http://127.0.0.1:3001")
    server.add_argument(
        "--key", default=os.environ.get("CONFORMANCE_KEY"), help="an API key of the role client; or CONFORMANCE_KEY")
    server.add_argument("--scenario", help="the scenario of the calls; the first one if absent")
    server.add_argument("--at-once", type=int, default=4, help="situations that are played at the same time (4)")
    server.add_argument("--patience", type=float, default=1, help="by how much it may be slower than the rules' examples (1)")
    client = commands.add_parser("client", help="play situations to a client")
    client.add_argument("--listen", default="3100", help="port, or address:port (3100, on this machine only)")
    client.add_argument("--idle", type=float, default=120, help="seconds without a client after which the run is over (120)")
    for each in (server, client):
        each.add_argument("--only", action="append", default=[], metavar="SITUATION", help="play this one; may be repeated")
        each.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
        each.add_argument("--junit", type=Path, metavar="FILE", help="write the report as JUnit XML")
        each.add_argument("--list", action="store_true", help="list the situations and end")
    written = commands.add_parser("documents", help="write the rules into Docs/Protocol.md and asyncapi.json")
    written.add_argument("--check", action="store_true", help="only check that they are current and every rule has a situation")
    return parser.parse_args()


def write(report, chosen):
    print(report.text())
    if chosen.json:
        chosen.json.write_text(report.json())
    if chosen.junit:
        chosen.junit.write_text(report.junit())
    return report.exit_code


def main():
    chosen = arguments()
    if chosen.command == "documents":
        if not chosen.check:
            documents.write()
        faults = documents.faults(situations())
        print("\n".join([*faults, f"conformance documents: {len(faults)} faults"]))
        return 1 if faults else 0
    played = situations()[chosen.command]
    if chosen.list:
        for each in played.all:
            print(f"{each.name:<28} {each.title}" + (f"\n{'':<28} the client: {each.task}" if each.task else ""))
        return 0
    unknown = set(chosen.only) - {each.name for each in played.all}
    if unknown:
        print(f"deploy/conformance: there is no situation {', '.join(sorted(unknown))}", file=sys.stderr)
        return 64
    try:
        if chosen.command == "server":
            from .server.deployment import Deployment
            from .server.line import PATIENCE
            from .server.run import play
            PATIENCE.factor = chosen.patience
            deployment = Deployment(chosen.url.rstrip("/"), chosen.key, chosen.scenario)
            return write(asyncio.run(play(deployment, chosen.only, chosen.at_once)), chosen)
        from .client.run import listen
        host, _, port = chosen.listen.rpartition(":")
        return write(asyncio.run(listen(host or "127.0.0.1", int(port), chosen.only, chosen.idle)), chosen)
    except (OSError, ValueError) as error:
        print(f"deploy/conformance: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
