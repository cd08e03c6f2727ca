import ArgumentParser

/// What can run between the load generator and the echo.
enum Contestant: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// This product: gateway and relay.
    case bat
    /// The same from another build, in the folder of `--before`: what a change costs is measured in one run.
    case batBefore = "bat-before"
    /// nginx twice, joined by a Unix socket: forwards bytes without parsing them.
    case nginx
    /// The same with buffers of 16 kB, which hold a frame of 100 ms.
    case nginx16k = "nginx-16k"
    /// One Node process with `ws` that does the relay's work with JSON.parse and JSON.stringify.
    case node
    /// Node in two processes, connected the way gateway and relay are.
    case node2
    /// One Python process with picows and uvloop.
    case picows
    /// No relay: the cost of load generator and echo alone.
    case direct

    /// Whether it parses messages and sends `ready`.
    var isRelay: Bool { ![.nginx, .nginx16k, .direct].contains(self) }
}
