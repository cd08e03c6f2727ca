import Domain
public import Foundation
public import HTTPClient

/// What `GET /models` says about the configured model.
public struct ModelList: Sendable {
    private static let bodyLimit = 8 << 20

    private let configuration: OpenAIConfiguration
    private let client: HTTPClient

    public init(_ configuration: OpenAIConfiguration, client: HTTPClient = .shared) {
        self.configuration = configuration
        self.client = client
    }

    private struct List: Decodable {
        struct Model: Decodable {
            var id: String
            /// `YYYY-MM-DD`, or seconds since 1970.
            var shutdown_date: Day?
        }
        var data: [Model]
    }

    private enum Day: Decodable {
        case date(Date)
        case unknown

        /// In the year 2096. Later ones are milliseconds, or no dates.
        private static let lastSecond = 4e9

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let seconds = try? container.decode(Double.self), (0...Self.lastSecond).contains(seconds) {
                self = .date(Date(timeIntervalSince1970: seconds))
            } else if let text = try? container.decode(String.self),
                let date = try? Date(String(text.prefix(10)), strategy: .iso8601.year().month().day())
            {
                self = .date(date)
            } else {
                self = .unknown
            }
        }
    }

    /// What the server says about the configured model.
    public struct Entry: Hashable, Sendable {
        /// Nil if the answer is no list.
        public var isListed: Bool?
        /// Nil if the server does not say.
        public var shutdown: Date?
        /// The server's clock, to the second.
        public var serverTime: Date?
    }

    /// When the model is shut down; nil if the server does not say.
    ///
    /// - Throws: `OpenAIError`, `HTTPClientError`.
    public func shutdownDate() async throws -> Date? { try await entry().shutdown }

    /// - Throws: `OpenAIError`, `HTTPClientError`.
    public func entry() async throws -> Entry {
        let response = try await client.send(
            HTTPRequest(
                "GET", configuration.address(of: "models"), headers: configuration.headers, timeout: .seconds(10),
                bodyLimit: Self.bodyLimit))
        guard response.status == 200 else { throw APIBody.error(of: response, key: configuration.key.text) }
        var entry = Entry(serverTime: response["Date"].flatMap { Date(httpDate: $0) })
        guard let list = APIBody.decode(List.self, from: response.body) else { return entry }
        let model = list.data.first { $0.id == configuration.model }
        entry.isListed = model != nil
        if case .date(let date) = model?.shutdown_date { entry.shutdown = date }
        return entry
    }
}
