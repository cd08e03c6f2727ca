public import Domain
public import Foundation
public import HTTPClient

/// The REST API of a training server, from a client's view.
public struct TrainingServer: Sendable {
    /// `http://host:port`, without a trailing slash.
    public let address: String
    private let apiKey: String?
    private let http: HTTPClient

    public init(address: String, apiKey: String? = nil, http: HTTPClient = .shared) {
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
        self.apiKey = apiKey
        self.http = http
    }

    /// The answer to `POST /api/sessions`.
    public struct Created: Codable, Sendable {
        public struct Named: Codable, Sendable {
            public var id: String
            public var name: String?
            public var title: String?
            public var type: String?
        }

        public var sessionId: SessionID
        public var wsUrl: String
        public var wsToken: String
        public var persona: Named
        public var scenario: Named
    }

    /// The result of one event of a batch.
    public struct EventResult: Codable, Sendable, Equatable {
        public var eventId: String?
        public var status: String
        public var code: String?
    }

    public func create(
        scenarioId: String, traineeId: String, client: String = "swift-client", metadata: JSONValue = [:],
        idempotencyKey: String? = nil
    ) async throws -> Created {
        let body: JSONValue = [
            "scenarioId": .string(scenarioId), "traineeId": .string(traineeId), "client": .string(client),
            "metadata": metadata,
        ]
        let response = try await send(
            "POST", "/api/sessions", body: try JSONEncoder().encode(body),
            headers: idempotencyKey.map { ["Idempotency-Key": $0] } ?? [:])
        return try JSONDecoder().decode(Created.self, from: try response.expecting(200...201).body)
    }

    public func session(_ id: SessionID) async throws -> JSONValue { try await json("/api/sessions/\(id)") }

    public func health() async throws -> JSONValue { try await json("/healthz") }

    public func json(_ path: String) async throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: try await send("GET", path).expecting(200...200).body)
    }

    /// Downloads the PDF report card or the zip.
    public func download(_ path: String) async throws -> Data {
        try await send("GET", path).expecting(200...200).body
    }

    public func upload(_ events: [ClientEvent], to id: SessionID) async throws -> [EventResult] {
        struct Batch: Encodable { var events: [ClientEvent] }
        struct Answer: Decodable { var results: [EventResult] }
        let response = try await send(
            "POST", "/api/sessions/\(id)/events", body: try JSONEncoder().encode(Batch(events: events)))
        return try JSONDecoder().decode(Answer.self, from: try response.expecting(200...200).body).results
    }

    /// Sends any request, and returns the answer whatever its status.
    public func send(
        _ method: String, _ path: String, body: Data = Data(), headers: [String: String] = [:]
    ) async throws -> HTTPResponse {
        var headers = headers
        if let apiKey { headers["Authorization"] = "Bearer \(apiKey)" }
        if !body.isEmpty, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        return try await http.send(
            HTTPRequest(method, address + path, headers: headers, body: body, bodyLimit: 64 << 20))
    }
}

/// An error answer of the server, from its problem document.
public struct ServerProblem: Error, CustomStringConvertible, Sendable {
    public var status: Int
    public var code: String?
    public var detail: String?

    public var description: String {
        "the server answered \(status)" + (code.map { " \($0)" } ?? "") + (detail.map { ": \($0)" } ?? "")
    }
}

extension HTTPResponse {
    /// The problem's stable code.
    public var problemCode: String? {
        (try? JSONDecoder().decode(JSONValue.self, from: body))?["code"]?.string
    }

    /// - Throws: `ServerProblem` for any other status.
    public func expecting(_ allowed: ClosedRange<Int>) throws -> HTTPResponse {
        guard allowed.contains(status) else {
            let problem = try? JSONDecoder().decode(JSONValue.self, from: body)
            throw ServerProblem(status: status, code: problemCode, detail: problem?["detail"]?.string)
        }
        return self
    }
}
