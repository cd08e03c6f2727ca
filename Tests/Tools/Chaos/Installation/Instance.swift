import Domain

/// One process of the installation.
struct Instance: Hashable, Sendable, CustomStringConvertible {
    var service: ServiceName
    var number: String

    var description: String { "\(service.rawValue).\(number)" }
}
