public import Foundation

/// A complete response. Any status is a response; only a missing response is an error.
public struct HTTPResponse: Sendable {
    public var status: Int
    public var headers: [Header]
    public var body: Data

    public struct Header: Hashable, Sendable {
        /// Lower case.
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(status: Int, headers: [Header] = [], body: Data = Data()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header with this name, in upper or lower case.
    public subscript(name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name == name }?.value
    }
}
