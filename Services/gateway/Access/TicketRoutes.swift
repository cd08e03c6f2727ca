import Domain
import Foundation
import Hummingbird
import Storage

/// Tickets: what a page needs instead of an API key.
struct TicketRoutes: Sendable {
    private static let page = "/practice"

    let store: any SessionStore
    let tickets: Tickets
    let addresses: ClientAddresses
    let pages: PageRoutes

    struct Issued: Encodable {
        var ticket: String
        var expiresAt: Date
        /// A page of ours that takes the ticket; absent while there is none.
        var url: String?
    }

    func create(_ call: Call) async throws -> Response {
        let wanted = try TicketRequest(try await call.request.json(upTo: 16 << 10).value)
        if let scenarios = wanted.bounds.scenarioIds {
            let known = Set(try await store.personas().flatMap(\.scenarios).map(\.id))
            guard known.isSuperset(of: scenarios) else {
                throw Problem.invalid("/scenarioIds", "must be of \(known.sorted().joined(separator: ", "))")
            }
        }
        let (ticket, expires) = try tickets.issue(
            wanted.bounds, by: try call.context.caller(), for: wanted.expiresInSeconds)
        // After the number sign, because browsers send that part to no server and to no log.
        let url = pages.serves(Self.page).map {
            addresses.page(
                "\($0)#ticket=\(ticket)", arrival: call.context.arrival, localAddress: call.context.localAddress)
        }
        return try APIJSON.response(Issued(ticket: ticket, expiresAt: expires, url: url), status: .created)
    }
}

/// The body of `POST /api/tickets`.
private struct TicketRequest {
    var bounds: Ticket.Bounds
    /// 1 to 3,600; 900 by default.
    var expiresInSeconds = 900

    /// - Throws: 422 that lists all errors at once.
    init(_ body: JSONValue) throws(Problem) {
        guard case .object = body else { throw .invalid("", "must be an object") }
        var faults: [Problem.Fault] = []
        var traineeId = ""
        if let text = body["traineeId"]?.string.flatMap({ VisibleText.normalized($0, 1...64) }) {
            traineeId = text
        } else {
            faults.append(.init(pointer: "/traineeId", detail: "must be a text of 1 to 64 visible characters"))
        }
        var scenarioIds: [String]?
        if let value = body["scenarioIds"], value != .null {
            scenarioIds = Self.scenarios(value)
            if scenarioIds == nil {
                faults.append(
                    .init(
                        pointer: "/scenarioIds",
                        detail: "must be an array of 1 to \(Ticket.mostScenarios) scenario ids"))
            }
        }
        if let value = body["expiresInSeconds"], value != .null {
            if let number = value.number, let whole = Int(exactly: number.rounded()),
                (1...Ticket.longestLife).contains(whole)
            {
                expiresInSeconds = whole
            } else {
                faults.append(
                    .init(pointer: "/expiresInSeconds", detail: "must be a number from 1 to \(Ticket.longestLife)"))
            }
        }
        guard faults.isEmpty else { throw .invalid(faults) }
        bounds = Ticket.Bounds(traineeId: traineeId, scenarioIds: scenarioIds)
    }

    private static func scenarios(_ value: JSONValue) -> [String]? {
        guard case .array(let items) = value, (1...Ticket.mostScenarios).contains(items.count) else { return nil }
        let ids = items.compactMap { $0.string.flatMap { VisibleText.normalized($0, 1...64) } }
        return ids.count == items.count ? ids : nil
    }
}
