/// What a process says about itself to operators and probes, over HTTP on its own Unix socket:
/// `curl --unix-socket x.sock http://localhost/readyz`.
public struct StatusEndpoints: Sendable {
    var readyz: @Sendable () async -> (ready: Bool, json: String)
    var metrics: @Sendable () -> String

    /// - Parameters:
    ///   - readyz: whether the process can do its work, and a JSON object that says why not.
    ///   - metrics: Prometheus text.
    public init(
        readyz: @escaping @Sendable () async -> (ready: Bool, json: String), metrics: @escaping @Sendable () -> String
    ) {
        self.readyz = readyz
        self.metrics = metrics
    }
}
