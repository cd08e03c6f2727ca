import ArgumentParser

/// What can stand between the load generator and the echo.
enum Contestant: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// This product: gateway and relay.
    case bat
    /// nginx twice, joined by a Unix socket: passes bytes on and understands none of them.
    case nginx
    /// The same with buffers of 16 kB, which hold a frame of 100 ms.
    case nginx16k = "nginx-16k"
    /// One Node process with `ws`, which does what the relay does with JSON.parse and JSON.stringify.
    case node
    /// Node in two processes, joined as ours are.
    case node2
    /// One Python process with picows and uvloop.
    case picows
    /// Nothing: what the load generator and the echo cost by themselves.
    case direct

    /// Whether it understands messages and says `ready`.
    var isRelay: Bool { ![.nginx, .nginx16k, .direct].contains(self) }
}
