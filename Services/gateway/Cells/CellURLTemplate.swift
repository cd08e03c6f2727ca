import Foundation

/// How the address of a cell follows from its name: `wss://{cell}.trainer.example`, or a path under the address of the
/// whole installation, `/c/{cell}`.
struct CellURLTemplate: Hashable, Sendable {
    private static let place = "{cell}"

    private let text: String

    /// Nil if the name is neither the first label of a host name nor in a path.
    init?(_ text: String) {
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard text.components(separatedBy: Self.place).count == 2 else { return nil }
        let sample = text.replacing(Self.place, with: "a")
        if text.hasPrefix("/") {
            guard URL(string: sample)?.path() == sample else { return nil }
        } else {
            guard let url = URL(string: sample), ["ws", "wss"].contains(url.scheme), Authority(url) != nil,
                url.query() == nil, url.fragment() == nil
            else { return nil }
            let rest = text.drop { $0 != ":" }.dropFirst(3)
            let host = rest.prefix { $0 != "/" }
            guard !host.contains(Self.place) || host.hasPrefix("\(Self.place).") else { return nil }
        }
        self.text = text
    }

    /// The address of a cell, without a slash at its end.
    ///
    /// - Parameter base: of the installation, `wss://trainer.example`.
    func address(of cell: String, under base: @autoclosure () -> String) -> String {
        let named = text.replacing(Self.place, with: cell)
        return named.hasPrefix("/") ? base() + named : named
    }

    /// What a page may connect to besides its own origin, as a source of a content security policy; nil if the cells
    /// have no hosts of their own.
    var socketSource: String? {
        guard !text.hasPrefix("/") else { return nil }
        let host = text.replacing(Self.place, with: "*")
        let scheme = host.prefix { $0 != ":" }
        return "\(scheme)://\(host.dropFirst(scheme.count + 3).prefix { $0 != "/" })"
    }
}
