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

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let seconds = try? container.decode(Double.self) {
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

    /// When the model is shut down; nil if the server does not say.
    ///
    /// - Throws: `OpenAIError`, `HTTPClientError`.
    public func shutdownDate() async throws -> Date? {
        let response = try await client.send(
            HTTPRequest(
                "GET", configuration.address(of: "models"), headers: configuration.headers, timeout: .seconds(10),
                bodyLimit: Self.bodyLimit))
        guard response.status == 200 else { throw APIBody.error(of: response, key: configuration.key.text) }
        guard let list = APIBody.decode(List.self, from: response.body) else { return nil }
        guard case .date(let date) = list.data.first(where: { $0.id == configuration.model })?.shutdown_date else {
            return nil
        }
        return date
    }
}
